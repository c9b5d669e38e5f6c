using Bascule.Api.Json;
using Bascule.Kube;

namespace Bascule.Lab.Strategies;

/// <summary>A Deployment at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Generation">The newest generation of its spec that its controller has seen.</param>
/// <param name="Desired">Pods that it should have.</param>
/// <param name="Pods">Pods that it has, of whatever template.</param>
/// <param name="Updated">Pods of the template that its spec has now.</param>
/// <param name="Available">Pods that are available.</param>
public sealed record WorkloadLook(string Name, long Generation, int Desired, int Pods, int Updated, int Available)
{
    /// <summary>Reads one.</summary>
    public static WorkloadLook Of(KubeObject deployment)
    {
        var status = deployment.Root.Member("status");
        return new WorkloadLook(
            deployment.Name,
            Math.Min(status.Long("observedGeneration") ?? 0, deployment.Generation),
            deployment.Root.Member("spec").Int("replicas") ?? 1,
            status.Int("replicas") ?? 0,
            status.Int("updatedReplicas") ?? 0,
            status.Int("availableReplicas") ?? 0);
    }

    /// <summary>True when the spec of that generation, or of a newer one, is all there is, and all of it is available.</summary>
    public bool HasReached(long generation) =>
        Generation >= generation && Pods == Desired && Updated == Desired && Available == Desired;
}
