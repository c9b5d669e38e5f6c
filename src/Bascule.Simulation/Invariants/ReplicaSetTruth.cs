using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Simulation.Invariants;

/// <summary>One ReplicaSet as it stands on the server, with the availability that the controller could know of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Hash">Its pod template hash.</param>
/// <param name="Wanted"><c>spec.replicas</c> on the server.</param>
/// <param name="KnownAvailable"><c>status.availableReplicas</c> in the controller's cache.</param>
/// <param name="KnownReady"><c>status.readyReplicas</c> in the controller's cache.</param>
/// <param name="OwnerUid">Who controls it; null for nobody.</param>
public sealed record ReplicaSetTruth(string Name, string Hash, int Wanted, int KnownAvailable, int KnownReady, string? OwnerUid)
{
    /// <summary>The pods that serve now and are meant to stay.</summary>
    public int Serving => Math.Min(Wanted, KnownAvailable);

    /// <summary>Puts both sources together.</summary>
    /// <param name="stored">On the server.</param>
    /// <param name="known">In the controller's cache; null when it is not there.</param>
    public static ReplicaSetTruth Of(KubeObject stored, KubeObject? known)
    {
        var numbers = stored.As(Numbers.Read);
        var seen = known?.As(Numbers.Read);
        return new(stored.Name, numbers.Hash, numbers.Wanted, seen?.Available ?? 0, seen?.Ready ?? 0, stored.ControllerUid);
    }

    private sealed record Numbers(string Hash, int Wanted, int Available, int Ready)
    {
        public static Numbers Read(JsonElement root) => new(
            root.Member("metadata").Member("labels").Text("rollouts-pod-template-hash") ?? "",
            root.Member("spec").Int("replicas") ?? 1,
            root.Member("status").Int("availableReplicas") ?? 0,
            root.Member("status").Int("readyReplicas") ?? 0);
    }
}
