using System.Globalization;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>One full pass over a canary without traffic routing, in the order of RT-17.</summary>
/// <param name="at">The situation; the new version's ReplicaSet exists and its revision is in step.</param>
internal sealed class CanaryPass(Situation at)
{
    private readonly PauseDraft pause = new(at.Status, at.Now);
    private readonly List<Effect> writes = [];
    private readonly List<EmitEvent> events = [];
    private readonly List<Reason> reasons = [];

    /// <summary>Why Services still point elsewhere.</summary>
    public IReadOnlyList<Reason> Reasons => reasons;

    /// <summary>The effects: writes to other objects, then the status, then the events about it.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        // Taken over or raced with an abort: a promoted rollout has nothing to abort (LIFE-16).
        if (at.Promoted && pause.IsAborted)
            pause.DropAbort();
        // The reference scales first. But then a template that is changed together with the replicas is scaled by the
        // weight of the promoted version that the status still speaks of: to the full, past all steps.
        if (at.UpdateChanged)
            return Persist(Reset());
        if (IsScalingEvent)
            return ScaleOnly();

        var runs = new AnalysisRuns(at, pause);
        writes.AddRange(History.OldReplicaSets(at, runs.Others));
        SwitchServices();
        var gone = writes.OfType<DeleteAnalysisRun>().Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        writes.AddRange(runs.Effects().Where(e => !(e is DeleteAnalysisRun deleted && gone.Contains(deleted.Name)) && !(e is TerminateAnalysisRun ended && gone.Contains(ended.Name))));
        var draft = BaseStatus() with { StepAnalysisRun = runs.Step, BackgroundAnalysisRun = runs.Background };
        if (!pause.HasAdded && !ScaleReplicaSets())
            EnterPauseStep();
        var status = Finish(draft, runs);
        events.AddRange(runs.Events);
        return Persist(status);
    }

    /// <summary>New or stable was last sized for another number of replicas (RT-16).</summary>
    private bool IsScalingEvent => new[] { at.New, at.Stable }.Any(r => r is { Wanted: > 0, DesiredReplicas: { } desired } && desired != at.Replicas);

    private List<Effect> ScaleOnly()
    {
        ScaleReplicaSets();
        return Persist(at.Status with
        {
            Conditions = at.Status.Conditions.Without(ConditionTypes.InvalidSpec),
            AvailableReplicas = at.TotalAvailable,
            HpaReplicas = at.TotalCurrent,
        });
    }

    /// <summary>True when a size changes.</summary>
    private bool ScaleReplicaSets()
    {
        if (at.Halted)
            return false;
        var scaling = new ReplicaSetScaling(at);
        writes.AddRange(scaling.Effects());
        return scaling.Scaled;
    }

    private void SwitchServices()
    {
        var switching = new ServiceSwitching(at, pause.IsAborted);
        writes.AddRange(switching.Effects());
        reasons.AddRange(switching.Reasons);
    }

    private void EnterPauseStep()
    {
        if (!at.Spec.Paused && !at.Status.PromoteFull && at.Step is PauseStep && !at.HasPause(PauseReasons.CanaryPauseStep) && !at.Status.ControllerPause)
            pause.Add(PauseReasons.CanaryPauseStep);
    }

    /// <summary>Counts and what is carried over (STAT-1 to STAT-12, STAT-29).</summary>
    private RolloutStatus BaseStatus() => new()
    {
        CurrentPodHash = at.NewHash,
        StableRS = at.Status.StableRS,
        CurrentStepHash = at.StepHash,
        CurrentStepIndex = at.Status.CurrentStepIndex,
        Replicas = at.TotalCurrent,
        UpdatedReplicas = at.New?.Current ?? 0,
        ReadyReplicas = at.All.Sum(r => r.Ready),
        AvailableReplicas = at.TotalAvailable,
        HpaReplicas = at.TotalCurrent,
        Selector = at.Spec.Selector?.ToString() ?? "",
        CollisionCount = at.Status.CollisionCount,
        Conditions = at.Status.Conditions.Without(ConditionTypes.InvalidSpec),
        RestartedAt = at.Status.RestartedAt,
        PromoteFull = at.Status.PromoteFull,
        Duration = at.Status.Duration,
    };

    /// <summary>A new update begins (LIFE-6); back at the stable version its steps are skipped (LIFE-7, LIFE-11).</summary>
    private RolloutStatus Reset()
    {
        pause.Clear();
        pause.DropAbort();
        var status = BaseStatus() with
        {
            PromoteFull = false,
            RestartedAt = at.Spec.RestartAt,
            CurrentStepIndex = at.StepCount == 0 ? null : 0,
        };
        if (at.New is null || at.StepCount == 0)
            return status;
        if (at.Status.StableRS == at.New.Hash)
        {
            events.Add(new EmitEvent(false, EventReasons.SkipSteps, "Rollback to stable ReplicaSets"));
            return status with { CurrentStepIndex = at.StepCount };
        }

        if (!at.IsRollbackWithinWindow || at.New.Wanted == 0)
            return status;
        events.Add(new EmitEvent(false, EventReasons.SkipSteps, "Rollback to active ReplicaSets within RollbackWindow"));
        return status with { CurrentStepIndex = at.StepCount };
    }

    /// <summary>Promotes, aborts, completes a step, or just counts.</summary>
    private RolloutStatus Finish(RolloutStatus draft, AnalysisRuns runs)
    {
        var index = at.StepIndex;
        if (at.Status.PromoteFull || at.IsRollbackWithinWindow)
        {
            pause.Clear();
            pause.DropAbort();
            index = at.StepCount == 0 ? null : at.StepCount;
        }

        if (PromotionReason(index) is { } reason)
            return Promote(draft, reason);
        if (pause.IsAborted)
            return at.StepCount == 0 ? draft : draft with { CurrentStepIndex = draft.StableRS == draft.CurrentPodHash ? at.StepCount : 0 };
        if (index != at.StepIndex || !StepCompleted(runs))
            return draft with { CurrentStepIndex = index };
        events.Add(new EmitEvent(false, EventReasons.StepCompleted, string.Create(CultureInfo.InvariantCulture, $"Rollout step {index + 1}/{at.StepCount} completed ({at.Step})")));
        pause.Remove(PauseReasons.CanaryPauseStep);
        return draft with { CurrentStepIndex = index + 1, StepAnalysisRun = null };
    }

    /// <summary>Why the new version becomes the stable one; null when it does not yet (LIFE-3).</summary>
    private string? PromotionReason(int? index)
    {
        if (at.Stable is null)
            return "Initial deploy";
        if (pause.IsAborted || at.New is null || (at.New.Available < at.Replicas && !at.ProgressThresholdMet(at.Replicas)))
            return null;
        if (at.Status.PromoteFull)
            return "Full promotion requested";
        if (at.IsFastRollback)
            return at.IsRollbackWithinWindow ? "Rollback within window" : "Fast rollback";
        return at.StepCount == 0 || index == at.StepCount ? $"Completed all {at.StepCount} canary steps" : null;
    }

    /// <summary>LIFE-5.</summary>
    private RolloutStatus Promote(RolloutStatus draft, string reason)
    {
        pause.Clear();
        pause.DropAbort();
        var status = draft with { PromoteFull = false, CurrentStepIndex = at.StepCount == 0 ? null : at.StepCount };
        if (draft.StableRS == draft.CurrentPodHash)
            return status;
        events.Add(new EmitEvent(false, EventReasons.Completed, $"Rollout completed update to revision {Revisions.Of(at.Rollout.Meta)} ({draft.CurrentPodHash}): {reason}"));
        if (status.Duration is { CompletionStatus.Length: 0 } duration)
            status = status with { Duration = duration with { CompletionStatus = at.Status.PromoteFull ? "FastPromoted" : "Promoted" } };
        return status with { StableRS = draft.CurrentPodHash };
    }

    private bool StepCompleted(AnalysisRuns runs)
    {
        if (at.Spec.Paused || at.Step is null)
            return false;
        return at.Step.Match(
            setWeight: _ => at.AtDesiredCounts,
            pause: PauseCompleted,
            analysis: _ => runs.CurrentStepRun is { Phase: AnalysisPhase.Successful } run && run.Name == runs.Step?.Name,
            experiment: _ => false,
            setCanaryScale: _ => at.AtDesiredCounts,
            setHeaderRoute: _ => true,
            setMirrorRoute: _ => true,
            plugin: _ => false,
            invalid: _ => false);
    }

    /// <summary>A user resumed, or the time is over (STEP-2, STEP-3).</summary>
    private bool PauseCompleted(PauseStep step)
    {
        if (at.Status.PauseConditions.FirstOrDefault(c => c.Reason == PauseReasons.CanaryPauseStep) is not { } condition)
            return at.Status.ControllerPause;
        return step.DurationSeconds is { } seconds && (condition.StartTime is not { } start || at.Now >= start.AddSeconds(seconds));
    }

    private List<Effect> Persist(RolloutStatus status)
    {
        status = status with { ObservedGeneration = at.Rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture) };
        AbortWhenStuck(status);
        status = pause.Apply(status);
        (status, var told) = new ConditionRules(at, pause).Apply(status);
        events.AddRange(told);
        var (phase, message) = RolloutPhase.Of(at.Rollout, status);
        status = status with { Phase = phase, Message = message };
        status = status with { Duration = new DurationRules(at, pause.IsAborted).Next(status) };
        if (StatusPatch.Between(at.Rollout, status) is { } patch)
        {
            writes.Add(new PatchRolloutStatus(patch));
            events.AddRange(PauseEvents(status));
            writes.AddRange(events);
        }

        return writes;
    }

    /// <summary>LIFE-21.</summary>
    private void AbortWhenStuck(RolloutStatus status)
    {
        if (!at.Spec.ProgressDeadlineAbort || pause.IsAborted || Progress.IsCompleted(status) || Progress.Moved(at, status) || !Progress.TimedOut(at, at.Status))
            return;
        var message = Progress.TimedOutMessage(at);
        pause.Abort(message);
        events.Add(new EmitEvent(true, EventReasons.Aborted, message));
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
