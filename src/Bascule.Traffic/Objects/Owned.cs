using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Engine;
using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>Routing objects that a Rollout owns: they go when it goes.</summary>
internal static class Owned
{
    /// <summary>A new object in the Rollout's namespace that it controls; without a spec.</summary>
    public static JsonObject New(ResourceType type, Rollout rollout, string name) => new()
    {
        ["apiVersion"] = type.ApiVersion,
        ["kind"] = type.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = rollout.Meta.Namespace,
            ["ownerReferences"] = new JsonArray(OwnerReferences.Controller(Rollout.Kind, rollout.Meta)),
        },
    };

    /// <summary>Refuses to touch an object of this name that somebody else made.</summary>
    /// <param name="found">The object.</param>
    /// <param name="rollout">The Rollout that would change it.</param>
    /// <param name="complaint">How the incumbent says that it is somebody else's.</param>
    /// <exception cref="TrafficRoutingException">The Rollout does not control it.</exception>
    public static void Demand(KubeObject found, Rollout rollout, string complaint)
    {
        if (found.ControllerUid != rollout.Meta.Uid)
            throw new TrafficRoutingException($"{complaint}: it exists and is not controlled by Rollout {rollout.Meta.Namespace}/{rollout.Name}; rename one of the two, or delete it");
    }
}
