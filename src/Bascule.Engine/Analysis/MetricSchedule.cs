using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Analysis;

/// <summary>When a metric is measured next (RUN-3..5).</summary>
internal static class MetricSchedule
{
    /// <summary>After an error a metric is measured again this soon, whatever its interval (RUN-4).</summary>
    private static readonly TimeSpan ErrorRetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>A status keeps whole seconds: anything shorter would measure without a pause, as the reference does.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>No provider asks for longer; a later time was written by a clock that was wrong, or by hand.</summary>
    private static readonly TimeSpan LongestResumeWait = TimeSpan.FromHours(1);

    /// <summary>When the run began: as its status says, or now when it has not begun or claims to have begun in the future.</summary>
    public static DateTimeOffset Start(AnalysisRunStatus status, DateTimeOffset now) => status.StartedAt is { } started && started <= now ? started : now;

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
            return terminating || last.ResumeAt - now > LongestResumeWait ? now : last.ResumeAt ?? now;
        if (terminating)
            return null;
        if (last is null)
            return FirstAt(metric, run, now);
        if (metric.EffectiveCount is { } count && result!.Count >= count)
            return null;
        // A measurement cannot have ended later than now, give or take two machines' clocks.
        var interval = Interval(metric, last);
        return last.FinishedAt - now > interval ? now : last.FinishedAt + interval;
    }

    private static DateTimeOffset? FirstAt(Metric metric, AnalysisRun run, DateTimeOffset now)
    {
        if (!GoDuration.TryParse(metric.InitialDelay, out var delay))
            return now;
        // The clock of the delay starts with the run, which the first pass has still to start.
        return Start(run.Status, now) + delay;
    }

    private static TimeSpan Interval(Metric metric, Measurement last)
    {
        if (last.Phase == AnalysisPhase.Error || !GoDuration.TryParse(metric.Interval, out var interval))
            return ErrorRetryInterval;
        return interval > ShortestInterval ? interval : ShortestInterval;
    }
}
