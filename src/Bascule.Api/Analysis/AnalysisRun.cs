using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Api.Analysis;

/// <summary>How long a finished run is kept, in whole seconds (RUN-19).</summary>
/// <param name="SecondsAfterCompletion">After any end, unless one of the others applies; null keeps it.</param>
/// <param name="SecondsAfterFailure">After Failed.</param>
/// <param name="SecondsAfterSuccess">After Successful.</param>
public sealed record TtlStrategy(int? SecondsAfterCompletion, int? SecondsAfterFailure, int? SecondsAfterSuccess);

/// <summary>An AnalysisRun: what is measured and what was found so far (AT-2, AT-3).</summary>
public sealed record AnalysisRun
{
    /// <summary><c>metadata.namespace</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>metadata.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.uid</c>.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Set while a deleted run waits for finalizers; such a run is left alone.</summary>
    public bool IsBeingDeleted { get; init; }

    /// <summary>What is measured, with placeholders for arguments.</summary>
    public ImmutableArray<Metric> Metrics { get; init; } = [];

    /// <summary>The values of the placeholders.</summary>
    public ImmutableArray<AnalysisArgument> Args { get; init; } = [];

    /// <summary>A user or controller asks the run to end.</summary>
    public bool Terminate { get; init; }

    /// <summary>Metrics that do not count.</summary>
    public ImmutableArray<DryRunRule> DryRun { get; init; } = [];

    /// <summary>How many measurements are kept.</summary>
    public ImmutableArray<MeasurementRetentionRule> MeasurementRetention { get; init; } = [];

    /// <summary>When a finished run is deleted; null for never.</summary>
    public TtlStrategy? Ttl { get; init; }

    /// <summary>What was found so far.</summary>
    public AnalysisRunStatus Status { get; init; } = new();

    /// <summary>Reads a whole object; a field of the wrong type counts as absent, so that no run blocks the others (RT-7).</summary>
    /// <param name="root">The object; the element must own its memory.</param>
    public static AnalysisRun Parse(JsonElement root)
    {
        var field = new Field(root);
        var metadata = field["metadata"];
        var spec = field["spec"];
        var ttl = spec["ttlStrategy"];
        return new()
        {
            Namespace = metadata["namespace"].Text(),
            Name = metadata["name"].Text() ?? "",
            Uid = metadata["uid"].Text() ?? "",
            IsBeingDeleted = !metadata["deletionTimestamp"].IsAbsent,
            Metrics = spec["metrics"].List(Metric.Read),
            Args = spec["args"].List(AnalysisArgument.Read),
            Terminate = spec["terminate"].Flag(),
            DryRun = spec["dryRun"].List(DryRunRule.Read),
            MeasurementRetention = spec["measurementRetention"].List(MeasurementRetentionRule.Read),
            Ttl = ttl.Object() is null
                ? null
                : new(ttl["secondsAfterCompletion"].Integer(), ttl["secondsAfterFailure"].Integer(), ttl["secondsAfterSuccess"].Integer()),
            Status = AnalysisRunStatus.Read(field["status"]),
        };
    }
}
