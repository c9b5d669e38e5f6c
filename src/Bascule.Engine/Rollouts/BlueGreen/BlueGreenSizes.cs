using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.BlueGreen;

/// <summary>How many pods the versions of a blue-green get (BG-3 to BG-5, BG-20).</summary>
internal static class BlueGreenSizes
{
    /// <summary>The sizes that new and stable get next.</summary>
    public static (int New, int Stable) Next(Situation at, BlueGreenStrategy blueGreen) =>
        (AbortDelay.KeepsSize(at) ? AbortDelay.KeptSize(at) : OfNew(at, blueGreen), at.TwoVersions ? at.Replicas : 0);

    /// <summary>The size of the new version on its way to the switch.</summary>
    public static int OfNew(Situation at, BlueGreenStrategy blueGreen)
    {
        // On the short way back nobody looks at a preview: it would be waited for until the end of time. A version that
        // users have already is none, whatever the status knows of it yet.
        if (blueGreen.PreviewReplicaCount is not { } preview || at.PromoteFull || at.IsFastRollback || at.SelectedBy(blueGreen.ActiveService) == at.NewHash)
            return at.Replicas;
        var recorded = at.Status.BlueGreen;
        if (at.OfHash(recorded.ActiveSelector) is not { } active || active.Name == at.New?.Name)
            return at.Replicas;
        if (at.TemplateChanged)
            return preview;
        // Promoted without a switch, because there was nothing to go back to: there is nothing to wait for either.
        if (at.Promoted)
            return at.Replicas;
        var paused = at.Spec.Paused || !at.Status.PauseConditions.IsEmpty;
        return !paused && recorded.ScaleUpPreviewCheckPoint ? at.Replicas : preview;
    }

    /// <summary>The new version has the pods that it is to be looked at with (BG-5).</summary>
    public static bool HasPreview(Situation at, BlueGreenStrategy blueGreen) =>
        at.New is { } rs && OfNew(at, blueGreen) is var size && rs.Wanted == size && rs.Available >= size;

    /// <summary>A version has all of its pods, and they are available: users can be sent to it.</summary>
    public static bool IsSaturated(Situation at, ReplicaSetView? rs) =>
        rs is not null && rs.Wanted == at.Replicas && rs.DesiredReplicas == at.Replicas && rs.Available >= at.Replicas;
}
