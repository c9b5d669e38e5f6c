using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Brings the versions to their next sizes, in the order that keeps pods available (BC-10, BC-13, BC-14).</summary>
/// <param name="at">The situation; not halted.</param>
internal sealed class ReplicaSetScaling(Situation at)
{
    private readonly List<Effect> effects = [];

    /// <summary>True when a size changes; the pass then ends with a status write.</summary>
    public bool Scaled { get; private set; }

    /// <summary>The effects.</summary>
    public IReadOnlyList<Effect> Effects()
    {
        var (newSize, stableSize) = at.NextSizes;
        if (at.TwoVersions)
            Scale(at.Stable!, stableSize);
        if (!Scaled && at.New is { } rs)
            Scale(rs, newSize);
        if (!Scaled)
            ScaleOthers();
        return effects;
    }

    /// <summary>Unhealthy pods of defunct versions first, then as many others as availability allows, newest version first.</summary>
    private void ScaleOthers()
    {
        var sizes = at.Other.ToDictionary(r => r.Name, r => r.Wanted);
        foreach (var rs in at.Other.Where(r => r.Wanted > r.Available))
            sizes[rs.Name] = rs.Available;

        // A pod that is available but no longer wanted is about to go: it must not be counted on a second time, as the
        // incumbent does (BC-14).
        var budget = at.All.Sum(r => Math.Min(r.Wanted, r.Available)) - (at.Replicas - at.Limits.Unavailable);
        foreach (var rs in at.Other.OrderByDescending(r => r.Revision))
        {
            var taken = Math.Clamp(budget, 0, sizes[rs.Name]);
            sizes[rs.Name] -= taken;
            budget -= taken;
        }

        foreach (var rs in at.Other.Where(r => sizes[r.Name] != r.Wanted))
            Scale(rs, sizes[rs.Name]);
    }

    private void Scale(ReplicaSetView rs, int size)
    {
        var annotations = new JsonObject();
        if (rs.DesiredReplicas != at.Replicas)
            annotations[Annotations.DesiredReplicas] = Revisions.Text(at.Replicas);
        // Left over from a time with traffic routing (BC-16).
        if (rs.Meta.Annotations.ContainsKey(Annotations.ScaleDownDeadline))
            annotations[Annotations.ScaleDownDeadline] = null;
        if (rs.Wanted == size && annotations.Count == 0)
            return;

        var patch = new JsonObject();
        if (annotations.Count > 0)
            patch["metadata"] = new JsonObject { ["annotations"] = annotations };
        if (rs.Wanted == size)
        {
            effects.Add(new PatchReplicaSet(rs.Name, Patches.Of(rs.Meta, patch)));
            return;
        }

        patch["spec"] = new JsonObject { ["replicas"] = size };
        Scaled = true;
        effects.Add(new ScaleReplicaSet(rs.Name, rs.Wanted, size, Patches.Of(rs.Meta, patch)));
        effects.Add(new EmitEvent(false, EventReasons.ScalingReplicaSet, $"Scaled {(size > rs.Wanted ? "up" : "down")} ReplicaSet {rs.Name} (revision {rs.Revision}) from {rs.Wanted} to {size}"));
    }
}
