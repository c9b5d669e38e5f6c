using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>Where the workload comes from whose pod template a Rollout takes over (SPEC-13).</summary>
public interface IWorkloadSource
{
    /// <summary>The workload; null when it does not exist, or is of a kind that cannot be taken over.</summary>
    /// <param name="namespace">The Rollout's namespace.</param>
    /// <param name="reference">What the Rollout refers to.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<KubeObject?> FindAsync(string? @namespace, WorkloadReference reference, CancellationToken cancellationToken);
}
