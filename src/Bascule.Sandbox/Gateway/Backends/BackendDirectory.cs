using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Routing;
using Bascule.Sandbox.Network;

namespace Bascule.Sandbox.Gateway.Backends;

/// <summary>Keeps the pools of all Services that some rule names. Its key is the Service's.</summary>
/// <param name="cache">Holds Services, EndpointSlices and pods.</param>
internal sealed class BackendDirectory(IObjectCache cache) : IReconciler
{
    // Guards the pools' dictionary and the order of their changes.
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, Dictionary<ServiceRef, BackendPool>> _pools = [];

    /// <summary>Which pods get new requests from the gateway.</summary>
    public RoutedAddresses Routed { get; } = new();

    /// <inheritdoc/>
    public Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_pools.TryGetValue(key, out var pools))
                Fill_NeedsLock(key, pools.Values);
        }

        return Task.FromResult<TimeSpan?>(null);
    }

    /// <summary>The pools of these Services, filled; those of others are forgotten.</summary>
    public IReadOnlyDictionary<ServiceRef, BackendPool> Pools(IEnumerable<ServiceRef> services)
    {
        lock (_gate)
        {
            var all = new Dictionary<ServiceRef, BackendPool>();
            var wanted = services.Distinct().GroupBy(s => new ObjectKey(s.Namespace, s.Name)).ToDictionary(g => g.Key, g => g.ToHashSet());
            foreach (var gone in _pools.Keys.Where(k => !wanted.ContainsKey(k)).ToList())
            {
                _pools.Remove(gone);
                Routed.Set(gone, []);
            }

            foreach (var (key, references) in wanted)
                Keep_NeedsLock(key, references, all);
            return all;
        }
    }

    private void Keep_NeedsLock(ObjectKey key, HashSet<ServiceRef> references, Dictionary<ServiceRef, BackendPool> all)
    {
        if (!_pools.TryGetValue(key, out var pools))
            _pools[key] = pools = [];
        var changed = false;
        foreach (var gone in pools.Keys.Where(r => !references.Contains(r)).ToList())
            changed |= pools.Remove(gone);
        foreach (var added in references.Where(r => !pools.ContainsKey(r)))
        {
            pools[added] = new BackendPool(added);
            changed = true;
        }

        if (changed)
            Fill_NeedsLock(key, pools.Values);
        foreach (var (reference, pool) in pools)
            all[reference] = pool;
    }

    private void Fill_NeedsLock(ObjectKey key, IEnumerable<BackendPool> pools)
    {
        var service = cache.Get(ResourceTypes.Services, key);
        var slices = service is null ? [] : ServiceRoute.Slices(cache, service);
        foreach (var pool in pools)
            pool.Set(service is null ? [] : Read(service, slices, pool.Service));
        Routed.Set(key, service is null ? [] : ServiceRoute.ReadyAddresses(slices));
    }

    private ImmutableArray<Backend> Read(KubeObject service, List<KubeObject> slices, ServiceRef reference)
    {
        var port = service.Root.At("spec").Items("ports").FirstOrDefault(p => reference.Port.Length == 0 || reference.Port == p.Text("name") || reference.Port == p.Int("port")?.ToString(CultureInfo.InvariantCulture));
        if (!port.Exists())
            return [];
        var labels = reference.SubsetLabels;
        return [.. ServiceRoute.Serving(slices, port.Text("name") ?? "", InSubset).Select(s => Backend.Of(s.At, reference.Namespace, Pod(s.Endpoint)))];

        bool InSubset(JsonElement endpoint) =>
            labels.IsEmpty || (Pod(endpoint) is { } pod && labels.All(l => pod.Labels.GetValueOrDefault(l.Key) == l.Value));

        KubeObject? Pod(JsonElement endpoint) =>
            endpoint.At("targetRef").Text("name") is { } name ? cache.Get(ResourceTypes.Pods, new ObjectKey(reference.Namespace, name)) : null;
    }
}
