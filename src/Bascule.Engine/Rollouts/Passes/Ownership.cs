using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Adopts ReplicaSets that match the selector and have no controller, and releases owned ones that match no more (NAME-17).</summary>
internal static class Ownership
{
    /// <summary>The claims to make; the selector must be valid.</summary>
    public static IEnumerable<Effect> Claims(RolloutObservation seen)
    {
        var rollout = seen.Rollout;
        var selector = rollout.Spec.Selector!;
        foreach (var rs in seen.ReplicaSets.Where(r => r.Meta.DeletionTimestamp is null))
        {
            var matches = selector.Matches(rs.Meta.Labels);
            if (rs.Meta.ControllerUid is null && matches && rs.Hash.Length > 0)
                yield return new AdoptReplicaSet(rs.Name, rollout.Meta.Uid, Owners(rs, NewReplicaSet.OwnerReference(rollout)));
            else if (rs.Meta.ControllerUid == rollout.Meta.Uid && !matches)
                yield return new ReleaseReplicaSet(rs.Name, Owners(rs, null));
        }
    }

    /// <summary>The list of owners is replaced whole: other owners, which do not control, are kept.</summary>
    private static JsonElement Owners(ReplicaSetView rs, JsonObject? controller)
    {
        var owners = new JsonArray();
        foreach (var owner in rs.Meta.OtherOwners)
            owners.Add(Patches.Node(owner));
        if (controller is not null)
            owners.Add((JsonNode)controller);
        return Patches.Of(rs.Meta, new JsonObject { ["metadata"] = new JsonObject { ["uid"] = rs.Meta.Uid, ["ownerReferences"] = owners } });
    }
}
