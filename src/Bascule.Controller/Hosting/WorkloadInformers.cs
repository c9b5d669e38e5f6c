using Bascule.Api.Rollouts;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Hosting;

/// <summary>
/// Keeps the workloads that Rollouts take their pod templates from, and no others, and wakes the Rollouts when one of them
/// changes or appears (SPEC-15). A kind is watched from the first Rollout on that refers to one: most clusters have none.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="namespace">The only namespace to look at; null for all.</param>
/// <param name="time">Drives the informers.</param>
/// <param name="random">Seeds the informers.</param>
/// <param name="logger">Told of broken watches.</param>
/// <param name="wake">Called with a Rollout to look at, on an informer's loop.</param>
internal sealed class WorkloadInformers(
    IKubeClient client, string? @namespace, TimeProvider time, Random random, ILogger<InformerCache> logger, Action<ObjectKey> wake) : IWorkloadSource, IAsyncDisposable
{
    private readonly LiveWorkloads _live = new(client);

    private readonly WorkloadReferences _references = new();

    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, InformerCache> _caches = [];
    private bool _stopped;

    /// <summary>Notes what a Rollout refers to now, before it is looked at; null when it is gone.</summary>
    public void Note(ObjectKey key, KubeObject? found)
    {
        if (_references.Set(key, found) is not { } type)
            return;
        lock (_gate)
        {
            if (!_stopped && !_caches.ContainsKey(type))
                _caches[type] = Start_NeedsLock(type);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="KubeException">The server refused.</exception>
    public async Task<KubeObject?> FindAsync(string? @namespace, WorkloadReference reference, CancellationToken cancellationToken)
    {
        InformerCache? cache = null;
        if (LiveWorkloads.TypeOf(reference) is { } type)
        {
            lock (_gate)
                cache = _caches.GetValueOrDefault(type);
            if (cache?.Get(type, new(@namespace, reference.Name)) is { } kept)
                return kept;
        }

        // It may be there since before a Rollout referred to it.
        return await _live.FindAsync(@namespace, reference, cancellationToken);
    }

    /// <summary>Ends the watches.</summary>
    public async ValueTask DisposeAsync()
    {
        InformerCache[] caches;
        lock (_gate)
        {
            _stopped = true;
            caches = [.. _caches.Values];
        }

        foreach (var cache in caches)
            await cache.DisposeAsync();
    }

    private InformerCache Start_NeedsLock(ResourceType type)
    {
        var cache = new InformerCache(client, time, random, logger);
        cache.Add(type, new InformerOptions { Namespace = @namespace, Keep = item => !_references.ReadersOf(type, item.Key).IsEmpty });
        cache.OnChange(type, OnChange);
        cache.Start();
        return cache;
    }

    private void OnChange(ObjectChange change)
    {
        foreach (var reader in _references.WokenBy(change))
            wake(reader);
    }
}
