using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>
/// Conditions that must be recorded before anything else is done (RT-15), so that a resumed rollout is not called
/// stuck because it was paused for longer than its deadline (COND-8, COND-20 to COND-23).
/// </summary>
internal static class PauseConditions
{
    /// <summary>The status with the new conditions; the same status when nothing changes.</summary>
    public static RolloutStatus Apply(Situation at)
    {
        var status = at.Status;
        if (!Progress.ObservedThisGeneration(at))
            return status;
        var progressing = status.Condition(ConditionTypes.Progressing);
        var paused = at.Spec.Paused || !status.PauseConditions.IsEmpty;
        var saysPaused = progressing?.Reason == ConditionReasons.Paused;
        var saysAborted = progressing?.Reason == ConditionReasons.Aborted;
        var conditions = status.Conditions;

        // Also a promoted rollout is resumed, such as one that went back to its stable version while it was paused: it has no
        // deadline for as long as it is said to be paused.
        if (paused != saysPaused && !saysAborted && (saysPaused || !Progress.IsCompleted(status)))
        {
            conditions = paused
                ? Set(conditions, ConditionTypes.Progressing, "Unknown", ConditionReasons.Paused, "Rollout is paused")
                : Set(conditions, ConditionTypes.Progressing, "Unknown", ConditionReasons.Resumed, "Rollout is resumed");
        }

        if (!status.Abort && saysAborted)
            conditions = Set(conditions, ConditionTypes.Progressing, "Unknown", ConditionReasons.Retry, "Retrying Rollout after abort");
        if (paused != (status.Condition(ConditionTypes.Paused)?.Status == "True") && !saysAborted)
            conditions = Set(conditions, ConditionTypes.Paused, paused ? "True" : "False", ConditionReasons.Paused, "Rollout is paused");
        return conditions == status.Conditions ? status : status with { Conditions = conditions };

        ImmutableArray<RolloutCondition> Set(ImmutableArray<RolloutCondition> list, string type, string value, string reason, string message) =>
            list.Set(ConditionList.New(type, value, reason, message, at.Now));
    }
}
