using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>
/// Brings the versions of a routed canary to their next sizes (TR-44 to TR-52). Pods are taken away only while every
/// router has the traffic where the plan wants it: the incumbent takes them in the pass that moves the traffic, and users
/// meet pods that are gone.
/// </summary>
/// <param name="at">The situation; not halted.</param>
/// <param name="settled">The traffic is where the plan of this pass wants it.</param>
internal sealed class RoutedScaling(Situation at, bool settled)
{
    private readonly Scaler scaler = new(at);

    /// <summary>Scales.</summary>
    public Scaler Run()
    {
        var (newSize, stableSize) = at.NextSizes;
        if (at.TwoVersions)
            scaler.Scale(at.Stable!, Allowed(at.Stable!, Math.Max(stableSize, RoutedSizes.Pods(at, at.TrafficPlan.Stable.Weight))));
        if (!scaler.Scaled && at.New is { } rs)
        {
            if (AbortDelay.KeepsSize(at))
                scaler.ScaleAborted(settled && !HasTraffic(rs));
            else
                scaler.Scale(rs, Allowed(rs, RoutedSizes.IsSetApart(at) || at.TrafficPlan.Canary.PodTemplateHash != rs.Hash ? newSize : Math.Max(newSize, RoutedSizes.Pods(at, at.TrafficPlan.Canary.Weight))));
        }

        if (!scaler.Scaled && settled && TargetRegistration.Waiting(at) is null)
            ScaleOthers();
        return scaler;
    }

    private int Allowed(ReplicaSetView rs, int size)
    {
        if (!settled)
            return Math.Max(rs.Wanted, size);
        return at.TwoVersions ? References.Held(at, rs, size) : size;
    }

    private bool HasTraffic(ReplicaSetView rs) => at.Status.Weights is { Canary.Weight: > 0 } weights && weights.Canary.PodTemplateHash == rs.Hash;

    private void ScaleOthers()
    {
        var delays = new ScaleDownDelays(scaler, at.Now, at.Canary.ScaleDownDelaySeconds, at.Canary.ScaleDownDelayRevisionLimit);
        foreach (var rs in at.Other.Where(r => r.Wanted > 0).OrderByDescending(r => r.Revision))
        {
            if (References.LeadTo(at, rs))
                continue;
            // The previous stable version is kept for a while; one from the middle of an update that was overtaken is not (TR-51).
            if ((at.Promoted || rs.HasScaleDownDeadline) && !at.Canary.DynamicStableScale)
                delays.Apply(rs, rs.Wanted);
            else
                scaler.Scale(rs, 0);
        }
    }
}
