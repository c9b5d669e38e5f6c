using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>Whether an update is done, moves or is stuck (COND-30 to COND-32).</summary>
internal static class Progress
{
    /// <summary>Everything is done and available (COND-30).</summary>
    public static bool IsHealthy(Situation at, RolloutStatus status) =>
        status.UpdatedReplicas == at.Replicas
        && status.AvailableReplicas == at.Replicas
        && ObservedThisGeneration(at)
        && (at.BlueGreen is { } blueGreen ? ServicesSelectNew(blueGreen, status) : StepsDone(at, status));

    private static bool ServicesSelectNew(BlueGreenStrategy blueGreen, RolloutStatus status) =>
        status.BlueGreen.ActiveSelector == status.CurrentPodHash
        && (blueGreen.PreviewService.Length == 0 || status.BlueGreen.PreviewSelector == status.CurrentPodHash);

    private static bool StepsDone(Situation at, RolloutStatus status) =>
        (at.StepCount == 0 || status.CurrentStepIndex is not { } index || index == at.StepCount)
        && IsCompleted(status)
        && status.Replicas == at.Replicas;

    /// <summary>The stable version is the current one (COND-5).</summary>
    public static bool IsCompleted(RolloutStatus status) => status.StableRS.Length > 0 && status.StableRS == status.CurrentPodHash;

    /// <summary>The status that was seen belongs to the spec that was seen.</summary>
    public static bool ObservedThisGeneration(Situation at) =>
        at.Status.ObservedGeneration == at.Rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture);

    /// <summary>Something moved since the status that was seen (COND-32).</summary>
    public static bool Moved(Situation at, RolloutStatus status)
    {
        var before = at.Status;
        return status.UpdatedReplicas != before.UpdatedReplicas
            || status.Replicas - status.UpdatedReplicas < before.Replicas - before.UpdatedReplicas
            || status.ReadyReplicas > before.ReadyReplicas
            || status.AvailableReplicas > before.AvailableReplicas
            || status.BlueGreen.ActiveSelector != before.BlueGreen.ActiveSelector
            || status.BlueGreen.PreviewSelector != before.BlueGreen.PreviewSelector
            || status.StableRS != before.StableRS
            || (status.CurrentStepIndex is { } now && before.CurrentStepIndex is { } then && now != then)
            || status.CurrentStepHash != before.CurrentStepHash;
    }

    /// <summary>The deadline has passed and counts (COND-31).</summary>
    /// <param name="at">The situation.</param>
    /// <param name="conditions">Whose Progressing condition is looked at.</param>
    public static bool TimedOut(Situation at, ImmutableArray<RolloutCondition> conditions)
    {
        if (MayTakeForEver(at) || conditions.Find(ConditionTypes.Progressing) is not { Reason: not (ConditionReasons.Aborted or ConditionReasons.Paused) } condition)
            return false;
        return condition.Reason == ConditionReasons.ProgressDeadlineExceeded || Deadline(at, condition) < at.Now;
    }

    /// <summary>When the update counts as stuck.</summary>
    public static DateTimeOffset Deadline(Situation at, RolloutCondition progressing) =>
        (progressing.LastUpdateTime ?? DateTimeOffset.MinValue).AddSeconds(at.Spec.ProgressDeadlineSeconds);

    /// <summary>What the deadline does not apply to: steps that wait by nature, a pause, and pods kept on purpose. A ReplicaSet without pods may have the mark of those for ever.</summary>
    public static bool MayTakeForEver(Situation at) =>
        at.Step?.Kinds.Any(k => k is "experiment" or "analysis" or "pause") == true
        || at.Status.Condition(ConditionTypes.Paused) is { Status: "True" }
        || at.Other.Any(r => r.Wanted > 0 && r.HasScaleDownDeadline);

    /// <summary>The sentence about a missed deadline (COND-15).</summary>
    public static string TimedOutMessage(Situation at) =>
        at.New is { } rs ? $"ReplicaSet \"{rs.Name}\" has timed out progressing." : $"Rollout \"{at.Rollout.Name}\" has timed out progressing.";
}
