using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>What a Rollout says about one analysis: an analysis step, the background analysis, or a blue-green check (STEP-5).</summary>
public sealed record RolloutAnalysis
{
    /// <summary>The templates whose metrics are measured; empty means no run (AR-10).</summary>
    public ImmutableArray<AnalysisTemplateReference> Templates { get; init; } = [];

    /// <summary>Arguments for the templates.</summary>
    public ImmutableArray<AnalysisArgument> Args { get; init; } = [];

    /// <summary>Metrics that do not count.</summary>
    public ImmutableArray<DryRunRule> DryRun { get; init; } = [];

    /// <summary>How many measurements are kept.</summary>
    public ImmutableArray<MeasurementRetentionRule> MeasurementRetention { get; init; } = [];

    /// <summary>Labels added to the run.</summary>
    public ImmutableSortedDictionary<string, string> RunLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations added to the run.</summary>
    public ImmutableSortedDictionary<string, string> RunAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Background analysis only: the step from which it runs; null for the first (SPEC-64).</summary>
    public int? StartingStep { get; init; }

    /// <summary>Reads the analysis block.</summary>
    /// <param name="json">The block; the element must own its memory.</param>
    /// <param name="path">Its path, for error messages.</param>
    /// <exception cref="FieldFormatException">A field has the wrong type.</exception>
    public static RolloutAnalysis Parse(JsonElement json, string path)
    {
        var field = new Field(json, path);
        return new()
        {
            Templates = field["templates"].List(AnalysisTemplateReference.Read),
            Args = field["args"].List(AnalysisArgument.Read),
            DryRun = field["dryRun"].List(DryRunRule.Read),
            MeasurementRetention = field["measurementRetention"].List(MeasurementRetentionRule.Read),
            RunLabels = field["analysisRunMetadata"]["labels"].Map(),
            RunAnnotations = field["analysisRunMetadata"]["annotations"].Map(),
            StartingStep = field["startingStep"].Integer(),
        };
    }
}
