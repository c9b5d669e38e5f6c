using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The record of how long an update takes (DUR rows), from what was seen to a status that is otherwise settled.</summary>
/// <param name="at">The situation.</param>
/// <param name="aborted">The pass leaves the update aborted.</param>
internal sealed class DurationRules(Situation at, bool aborted)
{
    private DateTimeOffset Now => at.Now.ToWholeSeconds();

    /// <summary>The record to write.</summary>
    public RolloutDuration? Next(RolloutStatus status)
    {
        if (status.Condition(ConditionTypes.InvalidSpec) is not null)
            return status.Duration;
        var changed = at.Status.CurrentPodHash.Length == 0 || at.UpdateChanged;
        var promoted = status.StableRS == status.CurrentPodHash;
        var completed = promoted && at.New is { } rs && rs.Available >= at.Replicas;
        var record = status.Duration;

        if (at.Status.Duration is { RolloutStartedAt: not null } before && !IsOver(before) && record is not null)
        {
            record = Advance(record, changed, completed);
            if (completed && IsOver(record))
                return record;
        }

        var started = false;
        if (record is null || (IsOver(record) && !completed))
        {
            var retried = !aborted && at.Status.Condition(ConditionTypes.Progressing)?.Reason == ConditionReasons.Aborted;
            if ((changed && !completed) || retried)
            {
                record = new RolloutDuration { RolloutStartedAt = Now };
                started = true;
            }
        }

        return record is null || IsOver(record) ? record : CountPause(record, status, wasPaused: !started && at.Status.Duration?.ManualPauseStartedAt is not null);
    }

    /// <summary>Carries a running record on: rolled back, superseded, completed or aborted (DUR-3 to DUR-6).</summary>
    private RolloutDuration Advance(RolloutDuration record, bool changed, bool completed)
    {
        if (changed && at.IsRollback)
            record = record with { CompletionStatus = at.IsFastRollback ? "FastRolledBack" : "RolledBack" };
        else if (changed)
            record = record.Finish(Now, "Superseded");
        if (IsOver(record))
            return record;
        if (completed)
            return record.Finish(Now, record.CompletionStatus.Length > 0 ? record.CompletionStatus : "Promoted");
        return aborted ? record.Finish(Now, record.CompletionStatus.Length > 0 ? record.CompletionStatus : "Aborted") : record;
    }

    private RolloutDuration CountPause(RolloutDuration record, RolloutStatus status, bool wasPaused)
    {
        var paused = at.Spec.Paused || status.PauseConditions.Any(NeedsPerson);
        if (wasPaused && !paused)
            return record.EndPause(Now);
        return !wasPaused && paused && record.ManualPauseStartedAt is null ? record with { ManualPauseStartedAt = Now } : record;
    }

    /// <summary>DUR-7.</summary>
    private bool NeedsPerson(PauseCondition condition) => condition.Reason switch
    {
        PauseReasons.InconclusiveAnalysisRun or PauseReasons.InconclusiveExperiment => true,
        PauseReasons.CanaryPauseStep => at.Step is PauseStep { DurationSeconds: null },
        PauseReasons.BlueGreenPause => at.BlueGreen is { AutoPromotionEnabled: false },
        _ => false,
    };

    private static bool IsOver(RolloutDuration record) => record.FinishedAt is not null;
}
