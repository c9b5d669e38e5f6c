using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Collects what a pass does to the sizes of ReplicaSets.</summary>
/// <param name="at">The situation.</param>
internal sealed class Scaler(Situation at)
{
    private readonly List<Effect> effects = [];

    /// <summary>The effects so far.</summary>
    public IReadOnlyList<Effect> Effects => effects;

    /// <summary>True when a size changes; a canary's pass then ends with a status write.</summary>
    public bool Scaled { get; private set; }

    /// <summary>Gives a ReplicaSet a size, if it has another one, and notes the wanted number of pods on it (KEY-4).</summary>
    /// <param name="rs">The ReplicaSet.</param>
    /// <param name="size">Its size from now on.</param>
    /// <param name="keepDeadline">It keeps a scale-down deadline, if it has one and any pods (TR-52).</param>
    public void Scale(ReplicaSetView rs, int size, bool keepDeadline = false)
    {
        var annotations = new JsonObject();
        if (rs.DesiredReplicas != at.Replicas)
            annotations[Annotations.DesiredReplicas] = Revisions.Text(at.Replicas);
        if (rs.HasScaleDownDeadline && (!keepDeadline || size == 0))
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

    /// <summary>Says when a ReplicaSet is to lose its pods; it keeps its size until then.</summary>
    public void SetDeadline(ReplicaSetView rs, DateTimeOffset deadline)
    {
        var annotations = new JsonObject { [Annotations.ScaleDownDeadline] = deadline.ToApiTime() };
        if (rs.DesiredReplicas != at.Replicas)
            annotations[Annotations.DesiredReplicas] = Revisions.Text(at.Replicas);
        effects.Add(new PatchReplicaSet(rs.Name, Patches.Of(rs.Meta, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } })));
    }

    /// <summary>The aborted new version: kept for its delay, which begins when the stable one can serve everybody (TR-44, BG-30).</summary>
    /// <param name="stableServes">Nobody is sent to the aborted version any more.</param>
    public void ScaleAborted(bool stableServes)
    {
        var rs = at.New!;
        if (AbortDelay.HasEnd(at) && rs is { HasScaleDownDeadline: false, Wanted: > 0 } && stableServes && at.Stable!.Available >= at.Replicas)
            SetDeadline(rs, at.Now.AddSeconds(AbortDelay.Seconds(at)));
        else
            Scale(rs, stableServes ? AbortDelay.KeptSize(at) : rs.Wanted, keepDeadline: true);
    }
}
