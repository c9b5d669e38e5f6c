using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>What one metric of a run found so far (AT-4).</summary>
public sealed record MetricResult
{
    /// <summary>The metric.</summary>
    public required string Name { get; init; }

    /// <summary>Where the metric stands.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary>The last measurement's message when the phase changed (RUN-16).</summary>
    public string? Message { get; init; }

    /// <summary>The last measurements, oldest first (RUN-17).</summary>
    public ImmutableArray<Measurement> Measurements { get; init; } = [];

    /// <summary>Measurements that could be judged: everything but errors.</summary>
    public int Count { get; init; }

    /// <summary>Measurements that met the condition.</summary>
    public int Successful { get; init; }

    /// <summary>Measurements that did not.</summary>
    public int Failed { get; init; }

    /// <summary>Measurements that were neither.</summary>
    public int Inconclusive { get; init; }

    /// <summary>Measurements that went wrong.</summary>
    public int Error { get; init; }

    /// <summary>Errors since the last measurement that could be judged.</summary>
    public int ConsecutiveError { get; init; }

    /// <summary>Successes since the last measurement that was none.</summary>
    public int ConsecutiveSuccess { get; init; }

    /// <summary>The metric does not count for the run.</summary>
    public bool DryRun { get; init; }

    /// <summary>What the provider says about the metric as a whole, such as the resolved query.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The last measurement; null before the first.</summary>
    public Measurement? LastMeasurement => Measurements.Length == 0 ? null : Measurements[^1];

    /// <summary>Measurements that ended, ever; trimming does not change it.</summary>
    public int Finished => Count + Error;

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name, ["phase"] = Phase.Text() };
        if (Measurements.Length > 0)
            json["measurements"] = new JsonArray([.. Measurements.Select(m => m.ToJson())]);
        if (!string.IsNullOrEmpty(Message))
            json["message"] = Message;
        json.SetUnlessZero("count", Count);
        json.SetUnlessZero("successful", Successful);
        json.SetUnlessZero("failed", Failed);
        json.SetUnlessZero("inconclusive", Inconclusive);
        json.SetUnlessZero("error", Error);
        json.SetUnlessZero("consecutiveError", ConsecutiveError);
        json.SetUnlessZero("consecutiveSuccess", ConsecutiveSuccess);
        if (DryRun)
            json["dryRun"] = true;
        json.SetUnlessEmpty("metadata", Metadata);
        return json;
    }

    internal static MetricResult Read(Field field) => new()
    {
        Name = field["name"].Text() ?? "",
        Phase = AnalysisPhases.Parse(field["phase"].Text()),
        Message = field["message"].Text(),
        Measurements = field["measurements"].List(Measurement.Read),
        Count = field["count"].Integer() ?? 0,
        Successful = field["successful"].Integer() ?? 0,
        Failed = field["failed"].Integer() ?? 0,
        Inconclusive = field["inconclusive"].Integer() ?? 0,
        Error = field["error"].Integer() ?? 0,
        ConsecutiveError = field["consecutiveError"].Integer() ?? 0,
        ConsecutiveSuccess = field["consecutiveSuccess"].Integer() ?? 0,
        DryRun = field["dryRun"].Flag(),
        Metadata = field["metadata"].Map(),
    };
}
