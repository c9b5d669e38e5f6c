using System.Net;
using Bascule.Kube;

namespace Bascule.Sandbox.Runtime;

/// <summary>Runs pods, for real or not, and writes their statuses.</summary>
internal interface IPodRuntime : IAsyncDisposable
{
    /// <summary>A pod is new, or changed; called in order for each pod, must not block.</summary>
    void Observe(KubeObject pod);

    /// <summary>A pod no longer exists; whatever runs for it ends at once.</summary>
    void Forget(KubeObject pod);
}

/// <summary>Knows which pods get new connections.</summary>
internal interface IRoutes
{
    /// <summary>Completes when no new connection goes to the address any more.</summary>
    Task WhenUnroutedAsync(IPAddress address, CancellationToken cancellationToken);
}
