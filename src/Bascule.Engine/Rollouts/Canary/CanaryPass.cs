using System.Globalization;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>One full pass over a canary, in the order of RT-17.</summary>
/// <param name="at">The situation; the new version's ReplicaSet exists and its revision is in step.</param>
internal sealed class CanaryPass(Situation at)
{
    private readonly PassDraft draft = new(at);
    private readonly RoutedTraffic? traffic = at.IsRouted ? new RoutedTraffic(at) : null;

    private PauseDraft Pause => draft.Pause;

    /// <summary>Why something is still not done.</summary>
    public IReadOnlyList<Reason> Reasons => draft.Reasons;

    /// <summary>The step plugin that should be called when all else is done; null for none, or before <see cref="Effects"/>.</summary>
    public StepPluginCall? PluginCall { get; private set; }

    /// <summary>For <see cref="Decision.RunsMissed"/>; empty before <see cref="Effects"/>.</summary>
    public IReadOnlyList<string> RunsMissed { get; private set; } = [];

    /// <summary>The effects: writes to other objects, then the status, then the events about it.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        // Taken over or raced with an abort: a promoted rollout has nothing to abort (LIFE-16).
        if (at.Promoted && Pause.IsAborted)
            Pause.DropAbort();
        // The reference scales first. But then a template that is changed together with the replicas is scaled by the
        // weight of the promoted version that the status still speaks of: to the full, past all steps.
        if (at.UpdateChanged)
            return draft.Persist(Reset());
        // Halted, nothing would be scaled, now or later: the pass must not end there, or an abort would never be carried out.
        if (!at.Halted && ScalingEvents.IsOne(at))
            return ScaleOnly();
        if (draft.TendPods())
            return draft.Writes;

        var analyses = new RolloutAnalyses(at, Pause);
        var experiments = new CanaryExperiments(at, draft);
        draft.Writes.AddRange(History.OldReplicaSets(at));
        SwitchServices();
        traffic?.Run(draft);
        experiments.Run();
        draft.Writes.AddRange(analyses.Effects());
        RunsMissed = analyses.Missed;
        var plugins = StepPlugins.Of(at, draft);
        plugins?.Run();
        PluginCall = plugins?.Call;
        var status = BaseStatus() with
        {
            StepAnalysisRun = analyses.Step,
            BackgroundAnalysisRun = analyses.Background,
            CurrentExperiment = experiments.CurrentName,
            StepPluginStatuses = plugins?.Statuses ?? [],
        };
        if (!Pause.HasAdded && !ScaleReplicaSets())
            EnterPauseStep();
        // No step completes while a user holds the Rollout (STEP-11); that somebody has resumed this one is not forgotten.
        if (at.Spec.Paused && at.Step is PauseStep)
            Pause.KeepResumed();
        status = Finish(status, analyses, experiments, plugins);
        draft.Events.AddRange(analyses.Events);
        return draft.Persist(status);
    }

    private List<Effect> ScaleOnly()
    {
        Pause.KeepResumed();
        ScaleReplicaSets();
        return [.. draft.Persist(at.Status with
        {
            Conditions = at.Status.Conditions.RemoveAll(c => c.Type == ConditionTypes.InvalidSpec),
            AvailableReplicas = at.TotalAvailable,
            HpaReplicas = at.TotalCurrent,
        })];
    }

    /// <summary>True when a size changes.</summary>
    private bool ScaleReplicaSets()
    {
        if (at.Halted)
            return false;
        if (TargetRegistration.Waiting(at) is { } waiting)
            draft.Reasons.Add(waiting);
        var scaler = traffic is null ? new ReplicaSetScaling(at).Run() : new RoutedScaling(at, traffic.IsSettled).Run();
        draft.Writes.AddRange(scaler.Effects);
        return scaler.Scaled;
    }

    private void SwitchServices()
    {
        var switching = new ServiceSwitching(at);
        var (canary, stable) = (at.Canary.CanaryService, at.Canary.StableService);
        if (CanaryServices.PingPongOf(at) is { } pair)
        {
            if (!at.Promoted)
                switching.Point(pair.Canary, at.New, ServiceGuard.None);
            // It leads there since it was the canary's, unless somebody changed it by hand or the strategy is new.
            switching.Point(pair.Stable, at.Stable, ServiceGuard.Available);
        }

        switching.Point(stable, traffic is null && CanaryServices.StableIsLeaving(at) && !Pause.IsAborted ? at.New : at.Stable, ServiceGuard.Available);
        if (traffic is null)
            switching.Point(canary, Pause.IsAborted || CanaryServices.NewCannotAnswer(at) ? at.Stable : at.New, ServiceGuard.Available);
        else if (traffic.CanaryServiceTarget(Pause.IsAborted) is var (target, guard))
            switching.Point(canary, target, guard);
        draft.Writes.AddRange(switching.Effects);
        draft.Reasons.AddRange(switching.Reasons);
    }

    private void EnterPauseStep()
    {
        if (!at.Spec.Paused && !at.PromoteFull && at.Step is PauseStep && !at.HasPause(PauseReasons.CanaryPauseStep) && !at.Status.ControllerPause)
            Pause.Add(PauseReasons.CanaryPauseStep);
    }

    private RolloutStatus BaseStatus() => draft.BaseStatus() with
    {
        CurrentStepIndex = at.StepIndex,
        Weights = traffic?.Weights,
        Alb = traffic is null ? at.Status.Alb : traffic.Alb,
        Albs = traffic is null ? at.Status.Albs : traffic.Albs,
        StablePingPong = CanaryServices.StableRole(at),
    };

    /// <summary>A new update begins (LIFE-6); back at the stable version its steps are skipped (LIFE-7, LIFE-11).</summary>
    private RolloutStatus Reset()
    {
        var status = draft.Reset(BaseStatus()) with
        {
            CurrentStepIndex = at.StepCount == 0 ? null : 0,
        };
        if (at.New is null || at.StepCount == 0)
            return status;
        if (at.StableHash == at.New.Hash)
        {
            draft.Events.Add(new EmitEvent(false, EventReasons.SkipSteps, "Rollback to stable ReplicaSets"));
            return status with { CurrentStepIndex = at.StepCount };
        }

        if (!at.IsRollbackWithinWindow || at.New.Wanted == 0)
            return status;
        draft.Events.Add(new EmitEvent(false, EventReasons.SkipSteps, "Rollback to active ReplicaSets within RollbackWindow"));
        return status with { CurrentStepIndex = at.StepCount };
    }

    /// <summary>Promotes, aborts, completes a step, or just counts.</summary>
    private RolloutStatus Finish(RolloutStatus status, RolloutAnalyses analyses, CanaryExperiments experiments, StepPlugins? plugins)
    {
        var index = at.StepIndex;
        if (at.PromoteFull || at.IsRollbackWithinWindow)
        {
            draft.ForgetPauses();
            index = at.StepCount == 0 ? null : at.StepCount;
        }

        if (PromotionReason(index) is { } reason)
            return Promote(status, reason);
        if (Pause.IsAborted)
            return at.StepCount == 0 ? status : status with { CurrentStepIndex = status.StableRS == status.CurrentPodHash ? at.StepCount : 0 };
        if (index != at.StepIndex || !StepCompleted(analyses, experiments, plugins))
            return index == status.CurrentStepIndex ? status : status with { CurrentStepIndex = index };
        draft.Events.Add(new EmitEvent(false, EventReasons.StepCompleted, string.Create(CultureInfo.InvariantCulture, $"Rollout step {index + 1}/{at.StepCount} completed ({at.Step})")));
        Pause.Remove(PauseReasons.CanaryPauseStep);
        Pause.Remove(PauseReasons.InconclusiveExperiment);
        return status with { CurrentStepIndex = index + 1, StepAnalysisRun = null, CurrentExperiment = "" };
    }

    /// <summary>Why the new version becomes the stable one; null when it does not yet (LIFE-3).</summary>
    private string? PromotionReason(int? index)
    {
        if (at.Stable is null)
            return "Initial deploy";
        if (Pause.IsAborted || at.New is null || (at.New.Available < at.Replicas && !CanarySizes.IsEnough(at, at.New, at.Replicas)))
            return null;
        // Its users must be with the new version before the old one loses its name: what has no name loses its pods.
        if (traffic is { IsSettled: false } && at.TwoVersions)
            return null;
        if (at.PromoteFull)
            return "Full promotion requested";
        if (at.IsFastRollback)
            return at.IsRollbackWithinWindow ? "Rollback within window" : "Fast rollback";
        return at.StepCount == 0 || index == at.StepCount ? $"Completed all {at.StepCount} canary steps" : null;
    }

    /// <summary>LIFE-5.</summary>
    private RolloutStatus Promote(RolloutStatus status, string reason)
    {
        var promoted = draft.Promote(status, reason) with { CurrentStepIndex = at.StepCount == 0 ? null : at.StepCount };
        return promoted.StableRS == status.StableRS || at.Canary.PingPong is null
            ? promoted
            : promoted with { StablePingPong = PingPong.Next(promoted.StablePingPong) };
    }

    private bool StepCompleted(RolloutAnalyses analyses, CanaryExperiments experiments, StepPlugins? plugins)
    {
        if (at.Spec.Paused || at.Step is null)
            return false;
        return at.Step.Match(
            setWeight: _ => CanarySizes.AtDesiredCounts(at) && traffic is null or { IsWithNewVersion: true },
            pause: PauseCompleted,
            analysis: step => AnalysisPosition.Real(step.Analysis) is null
                || (analyses.CurrentStepRun is { Phase: AnalysisPhase.Successful } run && run.Name == analyses.Step?.Name),
            experiment: _ => experiments.IsSuccessful,
            setCanaryScale: _ => CanarySizes.AtDesiredCounts(at),
            setHeaderRoute: _ => traffic is null or { IsWithNewVersion: true },
            setMirrorRoute: _ => traffic is null or { IsWithNewVersion: true },
            plugin: _ => plugins is { IsCompleted: true },
            invalid: _ => false);
    }

    /// <summary>A user resumed, or the time is over (STEP-2, STEP-3).</summary>
    private bool PauseCompleted(PauseStep step)
    {
        if (at.Pause(PauseReasons.CanaryPauseStep) is not { } condition)
            return at.Status is { ControllerPause: true, PauseConditions.IsEmpty: true };
        return step.DurationSeconds is { } seconds && (condition.StartTime is not { } start || at.Now >= start.AddSeconds(seconds));
    }
}
