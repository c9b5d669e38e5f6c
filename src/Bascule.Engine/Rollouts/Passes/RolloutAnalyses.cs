using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Analysis;
using Bascule.Engine.Rollouts.BlueGreen;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Starts, follows and ends the runs of a Rollout (AR rows, BG-13 to BG-15, LIFE-33).</summary>
/// <param name="at">The situation.</param>
/// <param name="pause">Where an outcome pauses or aborts.</param>
internal sealed class RolloutAnalyses(Situation at, PauseDraft pause)
{
    private readonly List<Effect> effects = [];
    private readonly List<EmitEvent> events = [];
    private readonly List<string> missed = [];
    private readonly ImmutableArray<AnalysisRunView> owned = at.Seen.AnalysisRuns.RemoveAll(r => r.Meta.ControllerUid != at.Rollout.Meta.Uid);

    /// <summary>What the status says of the step's run after this pass.</summary>
    public AnalysisRunReference? Step { get; private set; }

    /// <summary>What the status says of the background run after this pass.</summary>
    public AnalysisRunReference? Background { get; private set; }

    /// <summary>What the status says of the run before the switch after this pass.</summary>
    public AnalysisRunReference? PrePromotion { get; private set; }

    /// <summary>What the status says of the run after the switch after this pass.</summary>
    public AnalysisRunReference? PostPromotion { get; private set; }

    /// <summary>The events that the status write tells of (EV-18).</summary>
    public IReadOnlyList<EmitEvent> Events => events;

    /// <summary>The runs that the status names, that were not seen, and that this pass does without (AR-9).</summary>
    public IReadOnlyList<string> Missed => missed;

    /// <summary>The runs that the Rollout controls and that its status does not name.</summary>
    public ImmutableArray<AnalysisRunView> Others => [.. owned.Where(r => Named.All(n => n?.Name != r.Name))];

    /// <summary>The run of the current step that the status names, if it is there.</summary>
    public AnalysisRunView? CurrentStepRun => Current(at.Status.StepAnalysisRun);

    private AnalysisRunReference?[] Named =>
        [at.Status.StepAnalysisRun, at.Status.BackgroundAnalysisRun, at.Status.BlueGreen.PrePromotionAnalysisRun, at.Status.BlueGreen.PostPromotionAnalysisRun];

    /// <summary>The analysis before the switch needs to succeed no more: there is none, or it has.</summary>
    public bool PrePromotionDone(BlueGreenStrategy blueGreen) =>
        AnalysisPosition.Real(blueGreen.PrePromotionAnalysis) is null || Current(at.Status.BlueGreen.PrePromotionAnalysisRun)?.Phase == AnalysisPhase.Successful;

    /// <summary>The analysis after the switch needs to succeed no more: there is none, or it has.</summary>
    public bool PostPromotionDone(BlueGreenStrategy blueGreen) =>
        AnalysisPosition.Real(blueGreen.PostPromotionAnalysis) is null || Current(at.Status.BlueGreen.PostPromotionAnalysisRun)?.Phase == AnalysisPhase.Successful;

    /// <summary>The effects.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        if (owned.IsEmpty && RolloutFacts.Of(at.Rollout).Analyses.All(a => AnalysisPosition.Real(a.Analysis) is null) && Array.TrueForAll(Named, n => n is null))
            return effects;
        if (at.Promoted || pause.IsAborted || at.PromoteFull || at.IsFastRollback || at.Stable is null)
            EndCurrent();
        else if (at.BlueGreen is { } blueGreen)
            FollowBlueGreen(blueGreen);
        else
            FollowCanary();

        AnalysisRunReference?[] current = [Step, Background, PrePromotion, PostPromotion];
        ImmutableArray<AnalysisRunView> others = [.. Others.Where(r => current.All(c => c?.Name != r.Name))];
        foreach (var run in others)
            Terminate(run);
        effects.AddRange(History.Outdated(at, others, r => r.Meta, r => r.Phase).Select(r => new DeleteAnalysisRun(r.Name, r.Meta.Uid)));
        Tell(RolloutTypes.PostPromotion, at.Status.BlueGreen.PostPromotionAnalysisRun, PostPromotion);
        Tell(RolloutTypes.PrePromotion, at.Status.BlueGreen.PrePromotionAnalysisRun, PrePromotion);
        Tell(RolloutTypes.Step, at.Status.StepAnalysisRun, Step);
        Tell(RolloutTypes.Background, at.Status.BackgroundAnalysisRun, Background);
        return effects;
    }

    /// <summary>Nothing is analysed any more; blue-green goes on showing its last runs, a canary does not (AR-1).</summary>
    private void EndCurrent()
    {
        foreach (var reference in Named)
            Terminate(Current(reference));
        if (at.BlueGreen is null)
            return;
        PrePromotion = Shown(at.Status.BlueGreen.PrePromotionAnalysisRun);
        PostPromotion = Shown(at.Status.BlueGreen.PostPromotionAnalysisRun);
    }

    private void FollowCanary()
    {
        Step = FollowStep();
        Background = FollowBackground();
    }

    private AnalysisRunReference? FollowStep()
    {
        var recorded = at.Status.StepAnalysisRun;
        if (!at.Status.PauseConditions.IsEmpty || at.Status.Abort)
            return Shown(recorded);
        var index = at.StepIndex ?? 0;
        var current = Current(recorded);
        if (AnalysisPosition.Real(at.Step?.Part<AnalysisStep>()?.Analysis) is not { } analysis
            || (current is not null && current.Meta.Labels.GetValueOrDefault(Labels.StepIndex) != Revisions.Text(index)))
        {
            Terminate(current);
            return null;
        }

        return Follow(analysis, AnalysisPosition.Step(index), recorded, current);
    }

    private AnalysisRunReference? FollowBackground()
    {
        var recorded = at.Status.BackgroundAnalysisRun;
        var current = Current(recorded);
        if (AnalysisPosition.Real(at.Canary.Analysis) is not { } analysis
            || at.Status.CurrentPodHash.Length == 0 || (at.StepIndex is { } index && index < (analysis.StartingStep ?? 0)))
        {
            // Dropped from the status it is one of the others in the next pass; ended here, nothing is left to do then.
            Terminate(current);
            return null;
        }

        return at.HasPause(PauseReasons.InconclusiveAnalysisRun) ? Shown(recorded) : Follow(analysis, AnalysisPosition.Background, recorded, current);
    }

    private void FollowBlueGreen(BlueGreenStrategy blueGreen)
    {
        var status = at.Status.BlueGreen;
        PrePromotion = FollowPromotion(blueGreen.PrePromotionAnalysis, AnalysisPosition.PrePromotion, status.PrePromotionAnalysisRun, IsBeforeSwitch, HasPreviewPods(blueGreen));
        PostPromotion = FollowPromotion(blueGreen.PostPromotionAnalysis, AnalysisPosition.PostPromotion, status.PostPromotionAnalysisRun, IsAfterSwitch, BlueGreenSizes.IsSaturated(at, at.New) && TargetRegistration.Waiting(at) is null);
    }

    /// <param name="written">What the spec says.</param>
    /// <param name="position">The place.</param>
    /// <param name="recorded">What the status says.</param>
    /// <param name="isTime">The update is on the side of the switch that this analysis belongs to.</param>
    /// <param name="hasPods">A run can begin; one that has begun is not ended by pods that come and go (BG-13, BG-14).</param>
    private AnalysisRunReference? FollowPromotion(RolloutAnalysis? written, AnalysisPosition position, AnalysisRunReference? recorded, bool isTime, bool hasPods)
    {
        var current = Current(recorded);
        if (AnalysisPosition.Real(written) is not { } analysis)
        {
            Terminate(current);
            return null;
        }

        if (!isTime)
        {
            Terminate(current);
            return Shown(recorded);
        }

        if (at.HasPause(PauseReasons.InconclusiveAnalysisRun))
            return Shown(recorded);
        // A retry takes a new run, but not before there are pods to measure: the incumbent starts it at once.
        if (!hasPods && NeedsNew(recorded, current))
            return null;
        return Follow(analysis, position, recorded, current);
    }

    private bool IsBeforeSwitch => at.Status.BlueGreen.ActiveSelector is { Length: > 0 } active && active != at.NewHash;

    private bool IsAfterSwitch => at.Status.BlueGreen.ActiveSelector == at.NewHash;

    /// <summary>As many as the preview gets, which is not always <c>previewReplicaCount</c>: an active version that is gone leaves it all.</summary>
    private bool HasPreviewPods(BlueGreenStrategy blueGreen) => blueGreen.PreviewReplicaCount is null
        ? BlueGreenSizes.IsSaturated(at, at.New)
        : BlueGreenSizes.HasPreview(at, blueGreen);

    /// <summary>LIFE-33.</summary>
    private bool NeedsNew(AnalysisRunReference? recorded, [NotNullWhen(false)] AnalysisRunView? current)
    {
        if (current is null)
        {
            if (recorded is not null && at.Seen.AnalysisRuns.All(r => r.Name != recorded.Name))
                missed.Add(recorded.Name);
            return true;
        }

        if (at.Status.ControllerPause && !at.HasPause(PauseReasons.CanaryPauseStep) && !at.HasPause(PauseReasons.BlueGreenPause))
            return current.Phase == AnalysisPhase.Inconclusive;
        return at.Status.AbortedAt is not null;
    }

    /// <summary>AR-3, BG-15, LIFE-17.</summary>
    private AnalysisRunReference? Follow(RolloutAnalysis analysis, AnalysisPosition position, AnalysisRunReference? recorded, AnalysisRunView? run)
    {
        if (NeedsNew(recorded, run))
            return Start(analysis, position);
        if (run.Phase == AnalysisPhase.Inconclusive)
            pause.Add(PauseReasons.InconclusiveAnalysisRun);
        else if (run.Phase is AnalysisPhase.Failed or AnalysisPhase.Error)
            pause.Abort(run.Message.Length > 0 ? $"{position.AbortCause}: {run.Message}" : position.AbortCause);
        return Reference(run);
    }

    /// <summary>Takes the first name that is free, or an unfinished run of ours that measures the same (NAME-9, NAME-10).</summary>
    private AnalysisRunReference? Start(RolloutAnalysis analysis, AnalysisPosition position)
    {
        var builder = new RunBuilder(at);
        if (builder.Spec(analysis, position) is not { } spec)
            return null;
        var claim = AnalysisRunClaim.For(builder.Name(position), at.Seen.AnalysisRuns, at.Rollout.Meta.Uid, spec);
        if (claim.Existing is { } existing)
            return Reference(existing);
        effects.Add(new CreateAnalysisRun(claim.Name, builder.Body(claim.Name, spec, analysis, position)));
        return new AnalysisRunReference(claim.Name, "", "");
    }

    private AnalysisRunView? Current(AnalysisRunReference? reference) => reference is null ? null : owned.FirstOrDefault(r => r.Name == reference.Name);

    private AnalysisRunReference? Shown(AnalysisRunReference? recorded) => Current(recorded) is { } run ? Reference(run) : recorded;

    private static AnalysisRunReference Reference(AnalysisRunView run) => new(run.Name, run.Phase.Text(), run.Message);

    private void Terminate(AnalysisRunView? run)
    {
        if (run is not null && !run.Terminating && !run.Phase.IsCompleted() && run.Meta.DeletionTimestamp is null)
            effects.Add(new TerminateAnalysisRun(run.Name, Patches.Terminate));
    }

    private void Tell(string type, AnalysisRunReference? before, AnalysisRunReference? after)
    {
        if (after is not { Status.Length: > 0 } || (before is not null && (before.Name != after.Name || before.Status == after.Status)))
            return;
        var warning = after.Status is "Failed" or "Error";
        events.Add(new EmitEvent(warning, EventReasons.AnalysisRunPrefix + after.Status, $"{type} Analysis Run '{after.Name}' Status New: '{after.Status}' Previous: '{before?.Status ?? "NoPreviousStatus"}'"));
    }
}
