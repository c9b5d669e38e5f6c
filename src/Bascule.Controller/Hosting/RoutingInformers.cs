using System.Net;
using Bascule.Api.Rollouts;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Traffic;
using Bascule.Traffic.Objects;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Hosting;

/// <summary>
/// Keeps the routing objects of the types that Rollouts use, and wakes the Rollouts when one of theirs changes (TR-C-26). A
/// type is watched from the first Rollout on that needs it; one that the cluster does not serve is tried again at the next
/// look, so that it works as soon as its definition is installed.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="catalog">The kinds of routers.</param>
/// <param name="namespace">The only namespace to look at; null for all.</param>
/// <param name="time">Drives the informers.</param>
/// <param name="random">Seeds the informers.</param>
/// <param name="logger">Told of broken watches.</param>
/// <param name="wake">Called with a Rollout to look at, on an informer's loop.</param>
internal sealed class RoutingInformers(
    IKubeClient client, RoutingCatalog catalog, string? @namespace, TimeProvider time, Random random, ILogger<InformerCache> logger, Action<ObjectKey> wake)
    : IRoutingObjects, IRoutingSource, IVersionedCache, IAsyncDisposable
{
    private readonly RoutingReaders _readers = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Guards the dictionary.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, Task<InformerCache>> _caches = [];

    /// <inheritdoc/>
    public RoutingTypes Types => catalog.Types;

    /// <summary>Notes by what a Rollout is routed now, before it is looked at; null when it is gone.</summary>
    public void Note(ObjectKey key, KubeObject? found) => _readers.Set(key, found is null ? [] : catalog.References(found.AsRollout()));

    /// <inheritdoc/>
    public async Task<IObjectCache> OpenAsync(IReadOnlyCollection<ResourceType> types, CancellationToken cancellationToken)
    {
        foreach (var type in types)
        {
            if (!(await OpenAsync(type).WaitAsync(cancellationToken)).IsServed(type))
                throw TrafficRoutingException.NotServed(type);
        }

        return this;
    }

    /// <inheritdoc/>
    public async Task CheckAsync(ResourceType type, CancellationToken cancellationToken)
    {
        try
        {
            await DemandServedAsync(type, cancellationToken);
        }
        catch (TrafficRoutingException)
        {
            await CloseAsync(type);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IObjectCache> ForAsync(Rollout rollout, CancellationToken cancellationToken)
    {
        foreach (var type in catalog.References(rollout).Select(r => r.Type).Distinct())
        {
            try
            {
                await OpenAsync(type).WaitAsync(cancellationToken);
            }
            catch (TrafficRoutingException)
            {
                // The router says so when it is asked.
            }
        }

        return this;
    }

    /// <inheritdoc/>
    public bool Holds(ResourceType type) => Open(type) is not null;

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) => Open(type)?.Get(type, key);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => Open(type)?.List(type, @namespace) ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => Open(type)?.OwnedBy(type, controllerUid) ?? [];

    /// <inheritdoc/>
    public string? ResourceVersionSeen(ResourceType type) => Open(type)?.ResourceVersionSeen(type);

    /// <summary>Ends the watches.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task<InformerCache>[] caches;
        lock (_gate)
            caches = [.. _caches.Values];
        foreach (var cache in caches)
        {
            await ((Task)cache).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cache.IsCompletedSuccessfully)
                await cache.Result.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private InformerCache? Open(ResourceType type)
    {
        lock (_gate)
            return _caches.GetValueOrDefault(type) is { IsCompletedSuccessfully: true } open && open.Result.IsServed(type) ? open.Result : null;
    }

    /// <summary>One try for all who ask at the same time; the next one tries anew if it fails.</summary>
    private Task<InformerCache> OpenAsync(ResourceType type)
    {
        lock (_gate)
        {
            if (!_caches.TryGetValue(type, out var opening) || opening.IsFaulted || opening.IsCanceled)
                _caches[type] = opening = StartAsync(type, _stopping.Token);
            return opening;
        }
    }

    private async Task<InformerCache> StartAsync(ResourceType type, CancellationToken cancellationToken)
    {
        // An informer retries for ever what the server does not know.
        await DemandServedAsync(type, cancellationToken);
        var cache = new InformerCache(client, time, random, logger);
        cache.Add(type, new InformerOptions { Namespace = @namespace });
        cache.OnChange(type, OnChange);
        cache.Start();
        try
        {
            await cache.WaitForSyncAsync(cancellationToken);
            return cache;
        }
        catch (OperationCanceledException)
        {
            await cache.DisposeAsync();
            throw;
        }
    }

    private async Task DemandServedAsync(ResourceType type, CancellationToken cancellationToken)
    {
        try
        {
            await client.ListAsync(type, @namespace, new ListOptions { FieldSelector = "metadata.name=none" }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            throw TrafficRoutingException.NotServed(type, e);
        }
        catch (KubeException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            throw new TrafficRoutingException($"this controller may not read {type}: {e.Message}", e);
        }
    }

    /// <summary>Gives up what is known of a type.</summary>
    private async Task CloseAsync(ResourceType type)
    {
        InformerCache closing;
        lock (_gate)
        {
            if (_caches.GetValueOrDefault(type) is not { IsCompletedSuccessfully: true } open)
                return;
            _caches.Remove(type);
            closing = open.Result;
        }

        await closing.DisposeAsync();
    }

    private void OnChange(ObjectChange change)
    {
        foreach (var reader in _readers.Of(change.Type, change.Key))
            wake(reader);
    }
}
