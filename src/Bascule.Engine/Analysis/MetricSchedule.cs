using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Analysis;

/// <summary>When a metric is measured next (RUN-3..5).</summary>
internal static class MetricSchedule
{
    /// <summary>After an error a metric is measured again this soon, whatever its interval (RUN-4).</summary>
    private static readonly TimeSpan ErrorRetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time at which the metric is due; the past or now when it is due at once, null when it is not to be measured
    /// (any more) or waits for something other than time.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="run">Its run.</param>
    /// <param name="terminating">The run is ending: only measurements under way are still looked after.</param>
    /// <param name="now">The time of this pass.</param>
    public static DateTimeOffset? DueAt(Metric metric, AnalysisRun run, bool terminating, DateTimeOffset now)
    {
        var result = run.Status.Result(metric.Name);
        if (result?.Phase.IsCompleted() == true)
            return null;
        var last = result?.LastMeasurement;
        if (last is { FinishedAt: null })
            return terminating ? now : last.ResumeAt ?? now;
        if (terminating)
            return null;
        if (last is null)
            return FirstAt(metric, run, now);
        if (metric.EffectiveCount is { } count && result!.Count >= count)
            return null;
        return last.FinishedAt + Interval(metric, last);
    }

    private static DateTimeOffset? FirstAt(Metric metric, AnalysisRun run, DateTimeOffset now)
    {
        if (!GoDuration.TryParse(metric.InitialDelay, out var delay))
            return now;
        // The clock of the delay starts with the run, which the first pass has still to start.
        return (run.Status.StartedAt ?? now) + delay;
    }

    private static TimeSpan Interval(Metric metric, Measurement last) =>
        last.Phase != AnalysisPhase.Error && GoDuration.TryParse(metric.Interval, out var interval) ? interval : ErrorRetryInterval;
}
