using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.BlueGreen;

/// <summary>Brings the versions of a blue-green to their sizes (BG-3, BG-4, BG-30, BG-40). A user's pause does not stop it (BG-42).</summary>
/// <param name="at">The situation.</param>
/// <param name="blueGreen">The strategy.</param>
/// <param name="verifying">An analysis after the switch is still to succeed.</param>
internal sealed class BlueGreenScaling(Situation at, BlueGreenStrategy blueGreen, bool verifying)
{
    private readonly Scaler scaler = new(at);

    /// <summary>Scales.</summary>
    public Scaler Run()
    {
        if (at.TwoVersions)
            scaler.Scale(at.Stable!, at.Replicas);
        if (at.New is { } rs)
        {
            if (AbortDelay.KeepsSize(at))
                scaler.ScaleAborted(stableServes: at.SelectedBy(blueGreen.ActiveService) != rs.Hash);
            else
                // The deadline of a version that is gone back to tells every pass until its promotion that the way is short (LIFE-12).
                scaler.Scale(rs, at.NextSizes.New, keepDeadline: at.TwoVersions && at.IsFastRollback);
        }

        ScaleOthers();
        return scaler;
    }

    private void ScaleOthers()
    {
        if (at.HasPause(PauseReasons.InconclusiveAnalysisRun) || (verifying && blueGreen.ScaleDownDelaySeconds is null))
            return;
        var delays = new ScaleDownDelays(scaler, at.Now, blueGreen.ScaleDownDelaySeconds, blueGreen.ScaleDownDelayRevisionLimit);
        foreach (var rs in at.Other.Where(r => r.Wanted > 0).OrderByDescending(r => r.Revision))
        {
            if (!References.LeadTo(at, rs))
                delays.Apply(rs, at.Replicas);
        }
    }
}
