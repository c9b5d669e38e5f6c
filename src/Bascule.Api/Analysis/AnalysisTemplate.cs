using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>An AnalysisTemplate or ClusterAnalysisTemplate (AT-1).</summary>
public sealed record AnalysisTemplate
{
    /// <summary>Its name and scope, as others refer to it.</summary>
    public required AnalysisTemplateReference Reference { get; init; }

    /// <summary>What it measures; may be empty when nested templates supply metrics.</summary>
    public ImmutableArray<Metric> Metrics { get; init; } = [];

    /// <summary>Its arguments; one without value must be supplied by whoever uses the template.</summary>
    public ImmutableArray<AnalysisArgument> Args { get; init; } = [];

    /// <summary>Metrics that do not count.</summary>
    public ImmutableArray<DryRunRule> DryRun { get; init; } = [];

    /// <summary>How many measurements are kept.</summary>
    public ImmutableArray<MeasurementRetentionRule> MeasurementRetention { get; init; } = [];

    /// <summary>Templates that this one includes.</summary>
    public ImmutableArray<AnalysisTemplateReference> Templates { get; init; } = [];

    /// <summary>Reads a whole object; its <c>kind</c> says which of the two it is. A field of the wrong type counts as absent (RT-7).</summary>
    /// <param name="root">The object; the element must own its memory.</param>
    public static AnalysisTemplate Parse(JsonElement root)
    {
        var field = new Field(root);
        var spec = field["spec"];
        return new()
        {
            Reference = new(field["metadata"]["name"].Text() ?? "", field["kind"].Text() == "ClusterAnalysisTemplate"),
            Metrics = spec["metrics"].List(Metric.Read),
            Args = spec["args"].List(AnalysisArgument.Read),
            DryRun = spec["dryRun"].List(DryRunRule.Read),
            MeasurementRetention = spec["measurementRetention"].List(MeasurementRetentionRule.Read),
            Templates = spec["templates"].List(AnalysisTemplateReference.Read),
        };
    }
}
