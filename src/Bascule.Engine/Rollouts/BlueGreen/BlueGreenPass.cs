using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.BlueGreen;

/// <summary>One full pass over a blue-green, in the order of RT-18.</summary>
internal sealed class BlueGreenPass
{
    private readonly Situation at;
    private readonly BlueGreenStrategy blueGreen;
    private readonly PassDraft draft;
    private readonly RolloutAnalyses analyses;
    private readonly BlueGreenPause pause;

    /// <summary>The versions that the Services select once the effects of this pass are carried out.</summary>
    private string active;
    private string preview;

    /// <param name="at">The situation; the new version's ReplicaSet exists and its revision is in step.</param>
    /// <param name="blueGreen">The strategy.</param>
    public BlueGreenPass(Situation at, BlueGreenStrategy blueGreen)
    {
        this.at = at;
        this.blueGreen = blueGreen;
        draft = new PassDraft(at);
        analyses = new RolloutAnalyses(at, draft.Pause);
        active = at.SelectedBy(blueGreen.ActiveService);
        preview = at.SelectedBy(blueGreen.PreviewService);
        pause = new BlueGreenPause(at, blueGreen, analyses.PrePromotionDone(blueGreen), draft.Pause);
    }

    /// <summary>Why something is still not done.</summary>
    public IReadOnlyList<Reason> Reasons => draft.Reasons;

    /// <summary>For <see cref="Decision.RunsMissed"/>; empty before <see cref="Effects"/>.</summary>
    public IReadOnlyList<string> RunsMissed => analyses.Missed;

    /// <summary>The effects: writes to other objects, then the status, then the events about it.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        // A promoted rollout has nothing to abort (LIFE-16).
        if (at.Promoted && draft.Pause.IsAborted)
            draft.Pause.DropAbort();
        if (!at.Halted)
            preview = Point(blueGreen.PreviewService, at.New) ?? preview;
        if (at.UpdateChanged)
            return draft.Persist(Counted(draft.Reset(draft.BaseStatus()) with { BlueGreen = Selectors }));
        if (ScalingEvents.IsOne(at))
            return ScaleOnly();
        if (draft.TendPods())
            return draft.Writes;

        Scale();
        pause.Run();
        SwitchActive();
        draft.Writes.AddRange(analyses.Effects());
        draft.Writes.AddRange(History.OldReplicaSets(at));
        var status = Finish(draft.BaseStatus() with
        {
            BlueGreen = Selectors with
            {
                ScaleUpPreviewCheckPoint = CheckPoint,
                PrePromotionAnalysisRun = analyses.PrePromotion,
                PostPromotionAnalysisRun = analyses.PostPromotion,
            },
        });
        draft.Events.AddRange(analyses.Events);
        if (status.StableRS == at.NewHash && at.TwoVersions)
            KeepForTheWayBack(at.Stable!);
        return draft.Persist(Counted(status));
    }

    /// <summary>
    /// The version that was stable until now gets its deadline in the pass that promotes: it is what says that the way back
    /// is short (LIFE-12). The incumbent gives it later, and who goes back before has to wait for pause and analyses.
    /// </summary>
    private void KeepForTheWayBack(ReplicaSetView previous)
    {
        if (draft.Writes.Any(w => (w as ScaleReplicaSet)?.Name == previous.Name || (w as PatchReplicaSet)?.Name == previous.Name))
            return;
        var scaler = new Scaler(at);
        new ScaleDownDelays(scaler, at.Now, blueGreen.ScaleDownDelaySeconds, blueGreen.ScaleDownDelayRevisionLimit).Apply(previous, previous.Wanted);
        draft.Writes.AddRange(scaler.Scaled ? [] : scaler.Effects);
    }

    /// <summary>What the Services select, not what they should select (BG-41).</summary>
    private BlueGreenStatus Selectors => new() { ActiveSelector = active, PreviewSelector = preview };

    /// <summary>
    /// The new version may have all of its pods now (BG-12). An abort takes that back, so that a retry begins with the
    /// preview again; the incumbent goes on without it.
    /// </summary>
    private bool CheckPoint =>
        blueGreen.PreviewReplicaCount is { } preview
        && !draft.Pause.IsAborted
        && (at.Status.BlueGreen.ScaleUpPreviewCheckPoint
            || (analyses.PrePromotionDone(blueGreen) && pause.IsCompleted && at.New is { } rs && rs.Available == preview));

    private bool IsVerifying => !at.Promoted && at.Status.BlueGreen.ActiveSelector == at.NewHash && !analyses.PostPromotionDone(blueGreen);

    private IReadOnlyList<Effect> ScaleOnly()
    {
        draft.Pause.KeepResumed();
        Scale();
        return draft.Persist(Counted(at.Status with
        {
            Conditions = at.Status.Conditions.RemoveAll(c => c.Type == ConditionTypes.InvalidSpec),
        }));
    }

    private void Scale() => draft.Writes.AddRange(new BlueGreenScaling(at, blueGreen, IsVerifying).Run().Effects);

    /// <summary>
    /// Points the active Service at the version that users shall reach, once it has all of its pods (BG-10). Going back
    /// asks nothing of the new version: the incumbent waits for its pods even then (BG-11).
    /// </summary>
    private void SwitchActive()
    {
        if (at.Halted)
            return;
        if (draft.Pause.IsAborted)
        {
            if (BlueGreenSizes.IsSaturated(at, at.Stable))
                active = Point(blueGreen.ActiveService, at.Stable) ?? active;
            else if (active != at.StableHash && at.Stable is { } stable)
                draft.Reasons.Add(Waiting(stable));
            return;
        }

        if (!BlueGreenSizes.HasPreview(at, blueGreen) || !BlueGreenSizes.IsSaturated(at, at.New))
            return;
        if (pause.IsFastTrack || (pause.IsCompleted && analyses.PrePromotionDone(blueGreen)))
            active = Point(blueGreen.ActiveService, at.New) ?? active;
    }

    private Reason Waiting(ReplicaSetView rs) =>
        new(ReasonKind.WaitingForService, $"Service {blueGreen.ActiveService} is not yet switched to {rs.Hash}: {rs.Available} of {at.Replicas} pods of ReplicaSet {rs.Name} are available")
        {
            WaitsFor = $"ReplicaSet/{rs.Name}",
            Unblock = "available pods of that ReplicaSet",
        };

    /// <summary>The version that the Service is pointed at; null when it is left as it is.</summary>
    private string? Point(string service, ReplicaSetView? rs)
    {
        var switching = new ServiceSwitching(at);
        switching.Point(service, rs, ServiceGuard.None);
        draft.Writes.AddRange(switching.Effects);
        return switching.Effects.OfType<SwitchService>().FirstOrDefault()?.ToHash;
    }

    private RolloutStatus Finish(RolloutStatus status)
    {
        if (at.PromoteFull || at.IsRollbackWithinWindow)
            draft.ForgetPauses();
        return PromotionReason() is { } reason
            ? draft.Promote(status, reason) with { BlueGreen = status.BlueGreen with { ScaleUpPreviewCheckPoint = false } }
            : status;
    }

    /// <summary>Why the new version becomes the stable one; null when it does not yet (BG-17).</summary>
    private string? PromotionReason()
    {
        if (at.Stable is null || active.Length == 0)
            return "Initial deploy";
        if (active != at.NewHash)
            return null;
        if (TargetRegistration.Waiting(at) is { } waiting)
        {
            draft.Reasons.Add(waiting);
            return null;
        }

        if (at.PromoteFull)
            return "Full promotion requested";
        if (at.IsFastRollback)
            return at.IsRollbackWithinWindow ? "Rollback within window" : "Fast rollback";
        if (draft.Pause.IsAborted || !analyses.PostPromotionDone(blueGreen))
            return null;
        return "Completed blue-green update";
    }

    /// <summary>Users, and so an autoscaler, are on the active version (STAT-8 to STAT-11).</summary>
    private RolloutStatus Counted(RolloutStatus status)
    {
        if (at.OfHash(status.BlueGreen.ActiveSelector) is not { } active)
            return status with { HpaReplicas = at.TotalCurrent, AvailableReplicas = at.TotalAvailable };
        return status with
        {
            ReadyReplicas = active.Ready,
            AvailableReplicas = active.Available,
            HpaReplicas = active.Current,
            Selector = active.Selector.ToString(),
        };
    }
}
