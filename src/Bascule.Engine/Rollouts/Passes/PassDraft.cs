using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>What one full pass of either strategy collects on its way to a status.</summary>
/// <param name="at">The situation.</param>
internal sealed class PassDraft(Situation at)
{
    private readonly PodRestart restart = new(at);

    private readonly string observed = at.Rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the pass decides about pausing and aborting.</summary>
    public PauseDraft Pause { get; } = new(at.Status, at.Now, at.BlueGreen is not null);

    /// <summary>Writes to other objects, in order.</summary>
    public List<Effect> Writes { get; } = [];

    /// <summary>Events about the status, told once it is written.</summary>
    public List<EmitEvent> Events { get; } = [];

    /// <summary>Why something is still not done.</summary>
    public List<Reason> Reasons { get; } = [];

    /// <summary>Counts and what is carried over (STAT-1 to STAT-12, STAT-29); the strategies add their own.</summary>
    public RolloutStatus BaseStatus() => new()
    {
        ObservedGeneration = observed,
        CurrentPodHash = at.NewHash,
        StableRS = at.StableHash,
        CurrentStepHash = at.StepHash,
        Replicas = at.TotalCurrent,
        UpdatedReplicas = at.New?.Current ?? 0,
        ReadyReplicas = at.All.Sum(r => r.Ready),
        AvailableReplicas = at.TotalAvailable,
        HpaReplicas = at.TotalCurrent,
        Selector = RolloutFacts.Of(at.Rollout).Selector,
        CollisionCount = at.Status.CollisionCount,
        Conditions = at.Status.Conditions.Without(ConditionTypes.InvalidSpec),
        RestartedAt = restart.IsComplete ? at.Spec.RestartAt : at.Status.RestartedAt,
        PromoteFull = at.PromoteFull,
        PauseConditions = at.Status.PauseConditions,
        ControllerPause = at.Status.ControllerPause && !at.Status.PauseConditions.IsEmpty,
        Duration = at.Status.Duration,
        Alb = at.Status.Alb,
        Albs = at.Status.Albs,
        WorkloadObservedGeneration = WorkloadTemplate.ObservedGeneration(at.Rollout),
    };

    /// <summary>Restarts pods and brings their metadata in step.</summary>
    /// <returns>True when metadata is written: the pass ends there.</returns>
    public bool TendPods()
    {
        Reasons.AddRange(restart.Reasons);
        if (restart.Eviction is { } eviction)
            Writes.Add(eviction);
        var metadata = EphemeralMetadata.Effects(at);
        Writes.AddRange(metadata);
        return metadata.Count > 0;
    }

    /// <summary>What a new update takes back of the status (LIFE-6).</summary>
    public RolloutStatus Reset(RolloutStatus status)
    {
        ForgetPauses();
        return status with { PromoteFull = false, RestartedAt = at.Spec.RestartAt };
    }

    /// <summary>Pauses and an abort count no more: the update is at its end, or another begins (LIFE-6, LIFE-11, LIFE-23).</summary>
    public void ForgetPauses()
    {
        Pause.Clear();
        Pause.DropAbort();
    }

    /// <summary>Makes the new version the stable one (LIFE-5).</summary>
    /// <param name="status">The status so far; its <c>CurrentPodHash</c> is the version.</param>
    /// <param name="reason">Why, for the event.</param>
    public RolloutStatus Promote(RolloutStatus status, string reason)
    {
        ForgetPauses();
        status = status with { PromoteFull = false };
        if (status.StableRS == status.CurrentPodHash)
            return status;
        Events.Add(new EmitEvent(false, EventReasons.Completed, $"Rollout completed update to revision {Revisions.Of(at.Rollout.Meta)} ({status.CurrentPodHash}): {reason}"));
        if (status.Duration is { CompletionStatus.Length: 0 } duration)
            status = status with { Duration = duration with { CompletionStatus = at.PromoteFull ? "FastPromoted" : "Promoted" } };
        return status with { StableRS = status.CurrentPodHash };
    }

    /// <summary>Settles conditions, phase and duration, and writes the status if it differs (RT-20).</summary>
    /// <returns>All effects of the pass: writes to other objects, the status, the events about it.</returns>
    public IReadOnlyList<Effect> Persist(RolloutStatus status)
    {
        if (status.ObservedGeneration != observed)
            status = status with { ObservedGeneration = observed };
        AbortWhenStuck(status);
        status = Pause.Apply(status);
        var (conditions, told) = new ConditionRules(at, Pause, status).Apply();
        Events.AddRange(told);
        if (conditions != status.Conditions)
            status = status with { Conditions = conditions };
        var (phase, message) = RolloutPhase.Of(at.Rollout, status);
        status = status with { Phase = phase, Message = message, Duration = new DurationRules(at, Pause.IsAborted).Next(status) };
        if (WorkloadScaling.Effect(at, status, Writes.Any(w => w is ScaleReplicaSet scale && scale.To < scale.From)) is { } scaling)
            Writes.Add(scaling);
        if (StatusPatch.Between(at.Rollout, status) is { } patch)
        {
            Writes.Add(new PatchRolloutStatus(patch));
            Events.AddRange(PauseEvents(status));
            Writes.AddRange(Events);
        }

        return Writes;
    }

    /// <summary>LIFE-21.</summary>
    private void AbortWhenStuck(RolloutStatus status)
    {
        if (!at.Spec.ProgressDeadlineAbort || Pause.IsAborted || Progress.IsCompleted(status) || Progress.Moved(at, status) || !Progress.TimedOut(at, at.Status.Conditions))
            return;
        var message = Progress.TimedOutMessage(at);
        Pause.Abort(message);
        Events.Add(new EmitEvent(true, EventReasons.Aborted, message));
    }

    private IEnumerable<EmitEvent> PauseEvents(RolloutStatus status)
    {
        var (before, after) = (!at.Status.PauseConditions.IsEmpty, !status.PauseConditions.IsEmpty);
        if (!before && after)
            yield return new EmitEvent(false, EventReasons.Paused, $"Rollout is paused ({status.PauseConditions[0].Reason})");
        else if (before && !after && status.AbortedAt is null)
            yield return new EmitEvent(false, EventReasons.Resumed, "Rollout is resumed");
    }
}
