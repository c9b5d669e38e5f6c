using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>What a run found so far (AT-3).</summary>
public sealed record AnalysisRunStatus
{
    /// <summary>Where the run stands.</summary>
    public AnalysisPhase Phase { get; init; }

    /// <summary>Why, for a run that ended other than well; null when there is nothing to say.</summary>
    public string? Message { get; init; }

    /// <summary>When the first pass over the run ended.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the run reached a final phase.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>One entry per metric that was measured, in the order of the first measurements.</summary>
    public ImmutableArray<MetricResult> MetricResults { get; init; } = [];

    /// <summary>How the metrics that count ended.</summary>
    public RunSummary? RunSummary { get; init; }

    /// <summary>How the dry-run metrics ended.</summary>
    public RunSummary? DryRunSummary { get; init; }

    /// <summary>The result of a metric; null when it was never measured.</summary>
    public MetricResult? Result(string metricName)
    {
        foreach (var result in MetricResults)
        {
            if (result.Name == metricName)
                return result;
        }

        return null;
    }

    /// <summary>The status with this result in the place of the metric's earlier one, or at the end.</summary>
    public AnalysisRunStatus With(MetricResult result)
    {
        if (Result(result.Name) is not { } earlier)
            return this with { MetricResults = MetricResults.Add(result) };
        return ReferenceEquals(earlier, result) ? this : this with { MetricResults = MetricResults.Replace(earlier, result, ReferenceEqualityComparer.Instance) };
    }

    /// <summary>The status as it stands in the object.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["phase"] = Phase.Text() };
        if (!string.IsNullOrEmpty(Message))
            json["message"] = Message;
        if (StartedAt is { } started)
            json["startedAt"] = TimeText(started);
        if (CompletedAt is { } completed)
            json["completedAt"] = TimeText(completed);
        if (MetricResults.Length > 0)
            json["metricResults"] = new JsonArray([.. MetricResults.Select(r => r.ToJson())]);
        if (RunSummary is not null)
            json["runSummary"] = RunSummary.ToJson();
        if (DryRunSummary is not null)
            json["dryRunSummary"] = DryRunSummary.ToJson();
        return json;
    }

    /// <summary>An instant as Kubernetes stores it: UTC, whole seconds.</summary>
    internal static string TimeText(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static AnalysisRunStatus Read(Field field) => new()
    {
        Phase = AnalysisPhases.Parse(field["phase"].Text()),
        Message = field["message"].Text(),
        StartedAt = field["startedAt"].Instant(),
        CompletedAt = field["completedAt"].Instant(),
        MetricResults = field["metricResults"].List(MetricResult.Read),
        RunSummary = RunSummary.Read(field["runSummary"]),
        DryRunSummary = RunSummary.Read(field["dryRunSummary"]),
    };
}
