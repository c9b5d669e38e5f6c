using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Analysis;

/// <summary>Why a run stands where it stands, metric by metric.</summary>
internal static class AnalysisReasons
{
    public static ImmutableArray<Reason> WhileRunning(AnalysisRun run, ImmutableArray<Metric> metrics, bool terminating, DateTimeOffset now) =>
        [.. metrics.Select(m => Of(m, run, terminating, now))];

    private static Reason Of(Metric metric, AnalysisRun run, bool terminating, DateTimeOffset now)
    {
        var result = run.Status.Result(metric.Name);
        if (result?.Phase.IsCompleted() == true)
            return new(ReasonKind.AnalysisCompleted, $"metric '{metric.Name}' has ended: {result.Phase.Text()}");
        var wait = MetricSchedule.DueAt(metric, run, terminating, now) - now;
        if (wait < TimeSpan.Zero)
            wait = TimeSpan.Zero;
        var next = wait is null ? "nothing more to measure" : wait == TimeSpan.Zero ? "measured next" : string.Create(CultureInfo.InvariantCulture, $"measured again in {Math.Ceiling(wait.Value.TotalSeconds)} s");
        return new(ReasonKind.WaitingToMeasure, $"metric '{metric.Name}': {Progress(metric, result)}, {next}") { LookAgainAfter = wait };
    }

    private static string Progress(Metric metric, MetricResult? result)
    {
        var taken = result?.Count ?? 0;
        var of = metric.EffectiveCount is { } count ? string.Create(CultureInfo.InvariantCulture, $"{taken} of {count} measurements") : string.Create(CultureInfo.InvariantCulture, $"{taken} measurements");
        return result?.LastMeasurement switch
        {
            null => of,
            { Phase: AnalysisPhase.Error, Message: var message } => $"{of}, the last one went wrong ({message})",
            { Phase: var phase, Value: var value } => $"{of}, the last one {phase.Text()}{(string.IsNullOrEmpty(value) ? "" : $" with {value}")}",
        };
    }
}
