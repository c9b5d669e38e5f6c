using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Experiments;

/// <summary>What is wanted of an Experiment (EX-1).</summary>
public sealed record ExperimentSpec
{
    private const int DefaultProgressDeadlineSeconds = 600;
    private const int DefaultScaleDownDelaySeconds = 30;

    /// <summary>The versions to run beside each other.</summary>
    public ImmutableArray<ExperimentTemplate> Templates { get; init; } = [];

    /// <summary>How long it runs once all versions are available, as written; null until somebody ends it.</summary>
    public string? Duration { get; init; }

    /// <summary>How long a version may go without progress, in seconds.</summary>
    public int ProgressDeadlineSeconds { get; init; } = DefaultProgressDeadlineSeconds;

    /// <summary>How long pods are kept when they are not needed any more, in seconds; 0 for not at all (EX-21).</summary>
    public int ScaleDownDelaySeconds { get; init; } = DefaultScaleDownDelaySeconds;

    /// <summary>Somebody asks for its end.</summary>
    public bool Terminate { get; init; }

    /// <summary>What is measured while it runs.</summary>
    public ImmutableArray<ExperimentAnalysis> Analyses { get; init; } = [];

    /// <summary>Metrics that do not count.</summary>
    public ImmutableArray<DryRunRule> DryRun { get; init; } = [];

    /// <summary>How many measurements are kept.</summary>
    public ImmutableArray<MeasurementRetentionRule> MeasurementRetention { get; init; } = [];

    /// <summary>Labels added to the AnalysisRuns.</summary>
    public ImmutableSortedDictionary<string, string> RunLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations added to the AnalysisRuns.</summary>
    public ImmutableSortedDictionary<string, string> RunAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary><see cref="Duration"/> as a time; null when there is none or it is not one.</summary>
    public TimeSpan? RunsFor => GoDuration.TryParse(Duration, out var duration) ? duration : null;

    /// <summary>Reads <c>spec</c>.</summary>
    public static ExperimentSpec Read(JsonElement spec)
    {
        var metadata = spec.Member("analysisRunMetadata");
        return new()
        {
            Templates = [.. spec.Items("templates").Select(ExperimentTemplate.Read)],
            // The reference treats an empty text as no duration at all.
            Duration = spec.Text("duration") is { Length: > 0 } duration ? duration : null,
            ProgressDeadlineSeconds = spec.Int("progressDeadlineSeconds") ?? DefaultProgressDeadlineSeconds,
            ScaleDownDelaySeconds = spec.Int("scaleDownDelaySeconds") ?? DefaultScaleDownDelaySeconds,
            Terminate = spec.Bool("terminate") ?? false,
            Analyses = [.. spec.Items("analyses").Select(ExperimentAnalysis.Read)],
            DryRun = [.. spec.Items("dryRun").Select(r => new DryRunRule(r.Text("metricName") ?? ""))],
            MeasurementRetention = [.. spec.Items("measurementRetention").Select(r => new MeasurementRetentionRule(r.Text("metricName") ?? "", r.Int("limit") ?? 0))],
            RunLabels = metadata.Map("labels"),
            RunAnnotations = metadata.Map("annotations"),
        };
    }
}
