using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>The Experiment that a step makes (STEP-6, EXS-1 to EXS-9).</summary>
public sealed record StepExperiment
{
    /// <summary>The versions that it runs.</summary>
    public ImmutableArray<StepExperimentTemplate> Templates { get; init; } = [];

    /// <summary>How long, as a Go duration; empty until it is ended otherwise.</summary>
    public string Duration { get; init; } = "";

    /// <summary>What is measured meanwhile.</summary>
    public ImmutableArray<ExperimentAnalysis> Analyses { get; init; } = [];

    /// <summary>Metrics that do not count.</summary>
    public ImmutableArray<DryRunRule> DryRun { get; init; } = [];

    /// <summary>Labels added to its runs.</summary>
    public ImmutableSortedDictionary<string, string> RunLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations added to its runs.</summary>
    public ImmutableSortedDictionary<string, string> RunAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Seconds that its pods stay after its end; null for the Experiment's default.</summary>
    public int? ScaleDownDelaySeconds { get; init; }

    /// <summary>Reads an <c>experiment</c> step.</summary>
    /// <param name="json">The step's object; the element must own its memory.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <exception cref="FieldFormatException">A field has the wrong type.</exception>
    public static StepExperiment Parse(JsonElement json, string path)
    {
        var field = new Field(json, path);
        return new()
        {
            Templates = field["templates"].List(StepExperimentTemplate.Read),
            Duration = field["duration"].Text() ?? "",
            Analyses = field["analyses"].List(ExperimentAnalysis.Read),
            DryRun = field["dryRun"].List(DryRunRule.Read),
            RunLabels = field["analysisRunMetadata"]["labels"].Map(),
            RunAnnotations = field["analysisRunMetadata"]["annotations"].Map(),
            ScaleDownDelaySeconds = field["scaleDownDelaySeconds"].Integer(),
        };
    }
}
