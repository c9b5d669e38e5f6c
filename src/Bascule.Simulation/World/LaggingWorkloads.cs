using Bascule.Api.Rollouts;
using Bascule.Controller.Hosting;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Simulation.Server;

namespace Bascule.Simulation.World;

/// <summary>
/// The Deployments that Rollouts refer to, as a controller knows them: a cache of its own, which is asked before the server
/// is and is not waited for after own writes.
/// </summary>
internal sealed class LaggingWorkloads : IWorkloadSource
{
    private readonly WorkloadReferences _references = new();
    private readonly LaggingCache _cache;
    private readonly LiveWorkloads _live;

    /// <summary>Lists what there is.</summary>
    /// <param name="server">What it copies.</param>
    /// <param name="client">Asked for what is not in the cache.</param>
    /// <param name="wake">Called with a Rollout to look at.</param>
    public LaggingWorkloads(SimulatedServer server, IKubeClient client, Action<ObjectKey> wake)
    {
        _live = new LiveWorkloads(client);
        _cache = new LaggingCache(server, [ResourceTypes.Deployments], change =>
        {
            foreach (var reader in _references.WokenBy(change))
                wake(reader);
        });
    }

    /// <summary>Some change has still to arrive.</summary>
    public bool IsBehind => _cache.IsBehind;

    /// <summary>Notes what a Rollout refers to now; null when it is gone.</summary>
    public void Note(ObjectKey rollout, KubeObject? found) => _references.Set(rollout, found);

    /// <summary>Lets the oldest change arrive.</summary>
    public void Deliver() => _cache.Deliver(ResourceTypes.Deployments);

    /// <summary>Hears of nothing any more.</summary>
    public void Stop() => _cache.Stop();

    /// <inheritdoc/>
    public Task<KubeObject?> FindAsync(string? @namespace, WorkloadReference reference, CancellationToken cancellationToken) =>
        LiveWorkloads.TypeOf(reference) == ResourceTypes.Deployments && _cache.Get(ResourceTypes.Deployments, new(@namespace, reference.Name)) is { } kept
            ? Task.FromResult<KubeObject?>(kept)
            : _live.FindAsync(@namespace, reference, cancellationToken);
}
