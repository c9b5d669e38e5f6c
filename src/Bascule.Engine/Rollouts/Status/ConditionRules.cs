using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The conditions of a status whose counts, pauses and abort are settled (COND-4 to COND-16, COND-33, and one of our own).</summary>
/// <param name="at">The situation.</param>
/// <param name="pause">What the pass decided about pausing and aborting.</param>
/// <param name="status">The status.</param>
internal sealed class ConditionRules(Situation at, PauseDraft pause, RolloutStatus status)
{
    private readonly List<EmitEvent> events = [];
    private ImmutableArray<RolloutCondition> conditions = status.Conditions;

    /// <summary>Sets all conditions.</summary>
    /// <returns>The conditions and the events that their writing tells of.</returns>
    public (ImmutableArray<RolloutCondition> Conditions, IReadOnlyList<EmitEvent> Events) Apply()
    {
        var lostHealthy = Healthy();
        if (pause.IsAborted)
            Aborted();
        else
            Progressing(lostHealthy);
        Available();
        ReplicaFailure();
        Completed();
        RoutingKinds();
        return (conditions, events);
    }

    /// <summary>True when the rollout was healthy until now.</summary>
    private bool Healthy()
    {
        if (!IsPaused && Progress.IsHealthy(at, status))
        {
            Set(ConditionTypes.Healthy, "True", ConditionReasons.Healthy, "Rollout is healthy");
            return false;
        }

        if (at.Status.Conditions.Find(ConditionTypes.Healthy) is not { } before)
            return false;
        Set(ConditionTypes.Healthy, "False", ConditionReasons.Healthy, "Rollout is not healthy");
        return before.Status != "False";
    }

    private void Aborted()
    {
        var message = $"Rollout aborted update to revision {RolloutRevision}";
        if (pause.AbortMessage.Length > 0)
            message = $"{message}: {pause.AbortMessage}";
        if (Set(ConditionTypes.Progressing, "False", ConditionReasons.Aborted, message))
            events.Add(new EmitEvent(true, EventReasons.Aborted, message));
    }

    private void Progressing(bool lostHealthy)
    {
        // While paused the condition says so (COND-8): a blue-green update whose switch is made may be both, and the two must not
        // take turns. A promoted rollout that a user holds is done all the same.
        var isDone = !IsPaused || Progress.IsCompleted(status);
        if (isDone && Progress.IsHealthy(at, status))
        {
            Set(ConditionTypes.Progressing, "True", ConditionReasons.NewReplicaSetAvailable, $"ReplicaSet \"{at.New?.Name}\" has successfully progressed.");
        }
        else if (Progress.Moved(at, status) || lostHealthy)
        {
            var (reason, message) = lostHealthy && status.StableRS == status.CurrentPodHash
                ? (ConditionReasons.ReplicaSetNotAvailable, "Rollout does not have minimum availability")
                : (ConditionReasons.ReplicaSetUpdated, at.New is { } rs ? $"ReplicaSet \"{rs.Name}\" is progressing." : $"Rollout \"{at.Rollout.Name}\" is progressing.");
            conditions = conditions.Refresh(ConditionList.New(ConditionTypes.Progressing, "True", reason, message, at.Now));
        }
        else if (Progress.TimedOut(at, conditions))
        {
            Set(ConditionTypes.Progressing, "False", ConditionReasons.ProgressDeadlineExceeded, Progress.TimedOutMessage(at));
        }
    }

    /// <summary>COND-4: for blue-green, the version that users are on counts.</summary>
    private void Available()
    {
        var available = at.BlueGreen is null ? at.TotalAvailable >= at.Replicas : BlueGreenSizes.IsSaturated(at, at.OfHash(status.BlueGreen.ActiveSelector));
        if (available)
            Set(ConditionTypes.Available, "True", ConditionReasons.Available, "Rollout has minimum availability");
        else
            Set(ConditionTypes.Available, "False", ConditionReasons.Available, "Rollout does not have minimum availability");
    }

    /// <summary>COND-7: the new version's failure first.</summary>
    private void ReplicaFailure()
    {
        var failure = at.New?.Conditions.Find(ConditionTypes.ReplicaFailure);
        foreach (var rs in at.Older)
            failure ??= rs.Conditions.Find(ConditionTypes.ReplicaFailure);
        conditions = failure is null
            ? conditions.Without(ConditionTypes.ReplicaFailure)
            : conditions.Set(failure with { LastUpdateTime = failure.LastTransitionTime ?? at.Now, LastTransitionTime = failure.LastTransitionTime ?? at.Now });
    }

    private void Completed()
    {
        if (Progress.IsCompleted(status))
            Set(ConditionTypes.Completed, "True", ConditionReasons.Completed, ConditionReasons.Completed);
        else if (Set(ConditionTypes.Completed, "False", ConditionReasons.Completed, ConditionReasons.Completed))
            events.Add(new EmitEvent(false, EventReasons.NotCompleted, $"Rollout not completed, started update to revision {RolloutRevision} ({status.CurrentPodHash})"));
    }

    /// <summary>
    /// Beyond the incumbent, which only retries: kinds of routing objects that the cluster does not serve. The condition is
    /// there for as long as that lasts, and touches nothing that the phase is made of.
    /// </summary>
    private void RoutingKinds()
    {
        if (at.IsRouted && at.Seen.Traffic is null)
            return;
        if (!at.IsRouted || at.Seen.Traffic!.Unserved.IsEmpty)
        {
            conditions = conditions.Without(ConditionTypes.TrafficRoutingReady);
            return;
        }

        var message = at.Seen.Traffic.UnservedProblem;
        if (conditions.Find(ConditionTypes.TrafficRoutingReady)?.Message == message)
            return;
        conditions = conditions.Refresh(ConditionList.New(ConditionTypes.TrafficRoutingReady, "False", ConditionReasons.RoutingKindNotServed, message, at.Now));
        events.Add(new EmitEvent(true, EventReasons.TrafficRoutingError, message));
    }

    /// <summary>True when that changes something.</summary>
    private bool Set(string type, string value, string reason, string message)
    {
        var before = conditions;
        conditions = conditions.Set(type, value, reason, message, at.Now);
        return conditions != before;
    }

    private bool IsPaused => at.Spec.Paused || !status.PauseConditions.IsEmpty;

    private int RolloutRevision => Revisions.Of(at.Rollout.Meta);
}
