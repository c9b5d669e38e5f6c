using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>How long the current or last update took (DUR-1).</summary>
public sealed record RolloutDuration
{
    /// <summary>When the update began.</summary>
    public DateTimeOffset? RolloutStartedAt { get; init; }

    /// <summary>When the manual pause that is going on began.</summary>
    public DateTimeOffset? ManualPauseStartedAt { get; init; }

    /// <summary>Whole seconds of the manual pauses that are over; null before the first one is.</summary>
    public long? TotalManualPauseDurationSeconds { get; init; }

    /// <summary>When the update ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How it ended: <c>Promoted</c>, <c>FastPromoted</c>, <c>Aborted</c>, <c>Superseded</c>, <c>RolledBack</c> or <c>FastRolledBack</c>.</summary>
    public string CompletionStatus { get; init; } = "";

    /// <summary>The record once its manual pause, if one is going on, is over and counted.</summary>
    /// <param name="now">When it is over; a clock that went back counts nothing.</param>
    public RolloutDuration EndPause(DateTimeOffset now) => ManualPauseStartedAt is not { } paused ? this : this with
    {
        TotalManualPauseDurationSeconds = (TotalManualPauseDurationSeconds ?? 0) + (long)Math.Max(0, (now - paused).TotalSeconds),
        ManualPauseStartedAt = null,
    };

    /// <summary>The record once the update has ended.</summary>
    /// <param name="now">When it ended.</param>
    /// <param name="status">How, as in <see cref="CompletionStatus"/>.</param>
    public RolloutDuration Finish(DateTimeOffset now, string status) => EndPause(now) with { FinishedAt = now, CompletionStatus = status };

    /// <summary>Reads <c>status.duration</c>.</summary>
    public static RolloutDuration Read(JsonElement duration) => new()
    {
        RolloutStartedAt = duration.Instant("rolloutStartedAt"),
        ManualPauseStartedAt = duration.Instant("manualPauseStartedAt"),
        TotalManualPauseDurationSeconds = duration.Long("totalManualPauseDurationSeconds"),
        FinishedAt = duration.Instant("finishedAt"),
        CompletionStatus = duration.Text("completionStatus") ?? "",
    };
}
