using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>Metrics that are measured without counting for the run (MET-6).</summary>
/// <param name="MetricName">An unanchored regular expression over metric names.</param>
public sealed record DryRunRule(string MetricName)
{
    /// <summary>The rule as it is written into an AnalysisRun.</summary>
    public JsonObject ToJson() => new() { ["metricName"] = MetricName };

    internal static DryRunRule Read(Field field) => new(field["metricName"].Text() ?? "");
}

/// <summary>How many measurements of some metrics are kept (RUN-17).</summary>
/// <param name="MetricName">An unanchored regular expression over metric names.</param>
/// <param name="Limit">How many; 0 or less keeps the default number.</param>
public sealed record MeasurementRetentionRule(string MetricName, int Limit)
{
    /// <summary>The rule as it is written into an AnalysisRun.</summary>
    public JsonObject ToJson() => new() { ["metricName"] = MetricName, ["limit"] = Limit };

    internal static MeasurementRetentionRule Read(Field field) => new(field["metricName"].Text() ?? "", field["limit"].Integer() ?? 0);
}
