using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The conditions of a status whose counts, pauses and abort are settled (COND-4 to COND-16, COND-33).</summary>
/// <param name="at">The situation.</param>
/// <param name="pause">What the pass decided about pausing and aborting.</param>
internal sealed class ConditionRules(Situation at, PauseDraft pause)
{
    private readonly List<EmitEvent> events = [];

    /// <summary>Sets all conditions.</summary>
    /// <returns>The status and the events that its writing tells of.</returns>
    public (RolloutStatus Status, IReadOnlyList<EmitEvent> Events) Apply(RolloutStatus status)
    {
        status = Healthy(status, out var lostHealthy);
        if (pause.IsAborted)
            status = Aborted(status);
        else
            status = Progressing(status, lostHealthy);
        status = Available(status);
        status = ReplicaFailure(status);
        return (Completed(status), events);
    }

    private RolloutStatus Healthy(RolloutStatus status, out bool lost)
    {
        lost = false;
        var paused = at.Spec.Paused || !status.PauseConditions.IsEmpty;
        if (!paused && Progress.IsHealthy(at, status))
            return Set(status, ConditionTypes.Healthy, "True", ConditionReasons.Healthy, "Rollout is healthy");
        if (at.Status.Condition(ConditionTypes.Healthy) is not { } before)
            return status;
        lost = before.Status != "False";
        return Set(status, ConditionTypes.Healthy, "False", ConditionReasons.Healthy, "Rollout is not healthy");
    }

    private RolloutStatus Aborted(RolloutStatus status)
    {
        var message = $"Rollout aborted update to revision {RolloutRevision}";
        if (pause.AbortMessage.Length > 0)
            message = $"{message}: {pause.AbortMessage}";
        var after = Set(status, ConditionTypes.Progressing, "False", ConditionReasons.Aborted, message);
        if (after.Conditions != status.Conditions)
            events.Add(new EmitEvent(true, EventReasons.Aborted, message));
        return after;
    }

    private RolloutStatus Progressing(RolloutStatus status, bool lostHealthy)
    {
        if (Progress.IsHealthy(at, status))
            return Set(status, ConditionTypes.Progressing, "True", ConditionReasons.NewReplicaSetAvailable, $"ReplicaSet \"{at.New?.Name}\" has successfully progressed.");
        if (Progress.Moved(at, status) || lostHealthy)
        {
            var (reason, message) = lostHealthy && status.StableRS == status.CurrentPodHash
                ? (ConditionReasons.ReplicaSetNotAvailable, "Rollout does not have minimum availability")
                : (ConditionReasons.ReplicaSetUpdated, at.New is { } rs ? $"ReplicaSet \"{rs.Name}\" is progressing." : $"Rollout \"{at.Rollout.Name}\" is progressing.");
            return status with { Conditions = status.Conditions.Refresh(ConditionList.New(ConditionTypes.Progressing, "True", reason, message, at.Now)) };
        }

        return Progress.TimedOut(at, status)
            ? Set(status, ConditionTypes.Progressing, "False", ConditionReasons.ProgressDeadlineExceeded, Progress.TimedOutMessage(at))
            : status;
    }

    /// <summary>COND-4: for blue-green, the version that users are on counts.</summary>
    private RolloutStatus Available(RolloutStatus status) => (at.BlueGreen is null ? at.TotalAvailable >= at.Replicas : BlueGreenSizes.IsSaturated(at, at.OfHash(status.BlueGreen.ActiveSelector)))
        ? Set(status, ConditionTypes.Available, "True", ConditionReasons.Available, "Rollout has minimum availability")
        : Set(status, ConditionTypes.Available, "False", ConditionReasons.Available, "Rollout does not have minimum availability");

    private RolloutStatus ReplicaFailure(RolloutStatus status)
    {
        var failure = at.All.OrderBy(r => r.Name == at.New?.Name ? 0 : 1)
            .SelectMany(r => r.Conditions)
            .FirstOrDefault(c => c.Type == ConditionTypes.ReplicaFailure);
        return status with
        {
            Conditions = failure is null
                ? status.Conditions.Without(ConditionTypes.ReplicaFailure)
                : status.Conditions.Set(failure with { LastUpdateTime = failure.LastTransitionTime ?? at.Now, LastTransitionTime = failure.LastTransitionTime ?? at.Now }),
        };
    }

    private RolloutStatus Completed(RolloutStatus status)
    {
        if (Progress.IsCompleted(status))
            return Set(status, ConditionTypes.Completed, "True", ConditionReasons.Completed, ConditionReasons.Completed);
        var after = Set(status, ConditionTypes.Completed, "False", ConditionReasons.Completed, ConditionReasons.Completed);
        if (after.Conditions != status.Conditions)
            events.Add(new EmitEvent(false, EventReasons.NotCompleted, $"Rollout not completed, started update to revision {RolloutRevision} ({status.CurrentPodHash})"));
        return after;
    }

    private RolloutStatus Set(RolloutStatus status, string type, string value, string reason, string message) =>
        status with { Conditions = status.Conditions.Set(ConditionList.New(type, value, reason, message, at.Now)) };

    private int RolloutRevision => Revisions.Of(at.Rollout.Meta);
}
