using Bascule.Kube;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Hosting;

/// <summary>The loops of a controller that acts, one per kind.</summary>
/// <param name="rollouts">The loop of Rollouts.</param>
internal sealed class ReconcileLoops(ReconcileLoop rollouts) : IAsyncDisposable
{
    /// <summary>The loop of Rollouts.</summary>
    public ReconcileLoop Rollouts { get; } = rollouts;

    /// <summary>Looks at everything once and starts the workers.</summary>
    public void Start(IObjectCache cache)
    {
        foreach (var rollout in cache.List(ArgoResources.Rollouts, null))
            Rollouts.Enqueue(rollout.Key);
        Rollouts.Start();
    }

    /// <summary>Takes nothing new and lets passes that are under way finish.</summary>
    public Task StopAsync(TimeSpan drain) => Rollouts.StopAsync(drain);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Rollouts.DisposeAsync();
}
