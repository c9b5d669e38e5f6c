using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>An analysis as a Rollout asks for it (STEP-5).</summary>
public sealed record RolloutAnalysis
{
    /// <summary>The templates, in order.</summary>
    public ImmutableArray<AnalysisTemplateReference> Templates { get; init; } = [];

    /// <summary>The arguments, raw.</summary>
    public ImmutableArray<JsonElement> Args { get; init; } = [];

    /// <summary>The dry-run rules, raw.</summary>
    public ImmutableArray<JsonElement> DryRun { get; init; } = [];

    /// <summary>The measurement retention rules, raw.</summary>
    public ImmutableArray<JsonElement> MeasurementRetention { get; init; } = [];

    /// <summary>Labels for the run's metadata.</summary>
    public ImmutableSortedDictionary<string, string> RunLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations for the run's metadata.</summary>
    public ImmutableSortedDictionary<string, string> RunAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The analysis as written.</summary>
    public required JsonElement Raw { get; init; }

    /// <summary>Reads an <c>analysis</c> object.</summary>
    public static RolloutAnalysis Read(JsonElement analysis) => new()
    {
        Templates = [.. analysis.Items("templates").Select(AnalysisTemplateReference.Read)],
        Args = [.. analysis.Items("args")],
        DryRun = [.. analysis.Items("dryRun")],
        MeasurementRetention = [.. analysis.Items("measurementRetention")],
        RunLabels = analysis.Member("analysisRunMetadata").Map("labels"),
        RunAnnotations = analysis.Member("analysisRunMetadata").Map("annotations"),
        Raw = analysis,
    };
}
