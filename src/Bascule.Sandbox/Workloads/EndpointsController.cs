using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Keeps Endpoints objects as Kubernetes does.</summary>
public sealed class EndpointsController(IKubeClient client, IObjectCache cache, TimeProvider time, Random random) : IReconciler
{
    /// <inheritdoc/>
    public Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{key}: {client} {cache} {time} {random}");
}
