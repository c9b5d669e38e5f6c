using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Telemetry;

/// <summary>How long updates of Rollouts took, by how they ended (PM-10 to PM-13), as their status records it (DUR rows).</summary>
internal sealed class UpdateDurations
{
    private static readonly ImmutableArray<(string Name, string Help, ImmutableArray<double> Bounds)> Metrics =
    [
        ("rollout_duration_seconds", "Seconds from the begin of an update to its end.", [30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800]),
        ("rollout_progression_duration_seconds", "Seconds that an update took, without those that it waited for somebody.", [30, 60, 120, 300, 600, 900, 1800, 3600]),
        ("rollout_manual_pause_duration_seconds", "Seconds that an update waited for somebody.", [0, 60, 300, 600, 1800, 3600, 7200, 14400, 28800]),
    ];

    private readonly ImmutableArray<Series<string, Histogram>> _byStatus =
        [.. Metrics.Select(m => new Series<string, Histogram>(() => new Histogram(m.Bounds), _ => null))];

    /// <summary>Counts the update that ended between two states of a Rollout, if one did.</summary>
    public void Note(RolloutDuration? before, RolloutDuration? after)
    {
        if (Ended(before, after) is not { RolloutStartedAt: { } started, FinishedAt: { } finished } ended)
            return;
        var total = Math.Max(0, (finished - started).TotalSeconds);
        var paused = ended.TotalManualPauseDurationSeconds ?? 0;
        ReadOnlySpan<double> values = [total, Math.Max(0, total - paused), paused];
        for (var i = 0; i < values.Length; i++)
            _byStatus[i].Of(ended.CompletionStatus).Observe(values[i]);
    }

    /// <summary>Writes them.</summary>
    public void Write(MetricsText text)
    {
        for (var i = 0; i < Metrics.Length; i++)
        {
            text.Metric(Metrics[i].Name, "histogram", Metrics[i].Help);
            foreach (var (status, value) in _byStatus[i].All)
                text.Value(value.Read(), ("status", status));
        }
    }

    private static RolloutDuration? Ended(RolloutDuration? before, RolloutDuration? after)
    {
        // One that another takes the place of never shows its end: the next begins in the same write (DUR-4).
        if (before is { FinishedAt: null, RolloutStartedAt: { } first } && after?.RolloutStartedAt is { } next && next != first)
            return before.Finish(next, "Superseded");
        return after?.FinishedAt is { } finished && finished != before?.FinishedAt ? after : null;
    }
}
