using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Brings the versions of a canary without traffic routing to their next sizes, in the order that keeps pods available (BC-10, BC-13, BC-14).</summary>
/// <param name="at">The situation; not halted.</param>
internal sealed class ReplicaSetScaling(Situation at)
{
    private readonly Scaler scaler = new(at);

    /// <summary>Scales.</summary>
    public Scaler Run()
    {
        var (newSize, stableSize) = at.NextSizes;
        if (at.TwoVersions)
            scaler.Scale(at.Stable!, Held(at.Stable!, stableSize));
        if (!scaler.Scaled && at.New is { } rs)
            scaler.Scale(rs, at.TwoVersions ? Held(rs, newSize) : newSize);
        if (!scaler.Scaled)
            ScaleOthers();
        return scaler;
    }

    /// <summary>Unhealthy pods of defunct versions first, then as many others as availability allows, newest version first.</summary>
    private void ScaleOthers()
    {
        if (at.Other.IsEmpty)
            return;
        var sizes = at.Other.ToDictionary(r => r.Name, r => r.Wanted);
        foreach (var rs in at.Other.Where(r => r.Wanted > r.Available))
            sizes[rs.Name] = rs.Available;

        // A pod that is available but no longer wanted is about to go: it must not be counted on a second time, as the
        // incumbent does (BC-14).
        var budget = at.All.Sum(r => Math.Min(r.Wanted, r.Available)) - (at.Replicas - at.Limits.Unavailable);
        foreach (var rs in at.Other.OrderByDescending(r => r.Revision))
        {
            // A pod that has to stay takes nothing from what the next version may lose.
            var size = Held(rs, sizes[rs.Name] - Math.Clamp(budget, 0, sizes[rs.Name]));
            budget -= Math.Max(0, sizes[rs.Name] - size);
            sizes[rs.Name] = size;
        }

        // Also where only a deadline goes: another strategy set it, nothing here waits for it, and it would hold off the progress deadline.
        foreach (var rs in at.Other.Where(r => sizes[r.Name] != r.Wanted || r.HasScaleDownDeadline))
            scaler.Scale(rs, sizes[rs.Name]);
    }

    /// <summary>The last pod goes although a Service leads to it where it stands in the only place that there is: such is the spec.</summary>
    private int Held(ReplicaSetView rs, int size)
    {
        var isInTheWay = rs.Wanted == 1 && at.All.Sum(r => r.Wanted) >= at.Replicas + at.Limits.Surge && at.All.All(r => r.Name == rs.Name || r.Wanted == 0);
        return isInTheWay ? size : References.Held(at, rs, size);
    }
}
