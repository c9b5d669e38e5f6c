using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Keeps Deployment objects as Kubernetes does.</summary>
public sealed class DeploymentController(IKubeClient client, IObjectCache cache, TimeProvider time, Random random) : IReconciler
{
    /// <inheritdoc/>
    public Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{key}: {client} {cache} {time} {random}");
}
