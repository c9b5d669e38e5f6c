using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Sandbox.Storage;

namespace Bascule.Simulation.World;

/// <summary>
/// A controller's cache whose every change arrives when the simulation says so, each type at its own pace, as with
/// one watch per type.
/// </summary>
public sealed class LaggingCache : IVersionedCache
{
    private readonly Store _store;
    private readonly Dictionary<ResourceType, Informer> _informers;
    private readonly Action<ObjectChange> _onChange;
    private long _pulled;

    /// <summary>Makes a cache that has listed everything there is now, as a controller does when it starts.</summary>
    /// <param name="store">What it copies.</param>
    /// <param name="types">The types it keeps.</param>
    /// <param name="onChange">Told of each change after it is in the cache; also of everything listed.</param>
    public LaggingCache(Store store, IEnumerable<ResourceType> types, Action<ObjectChange> onChange)
    {
        _store = store;
        _onChange = onChange;
        _pulled = store.Current.Version;
        _informers = types.ToDictionary(t => t, t => new Informer(t));
        foreach (var informer in _informers.Values)
            Relist(informer);
    }

    /// <summary>The types that have changes still to arrive.</summary>
    public IReadOnlyList<ResourceType> Behind()
    {
        Pull();
        return [.. _informers.Values.Where(i => i.Pending.Count > 0).Select(i => i.Type)];
    }

    /// <summary>Lets the oldest change of a type arrive.</summary>
    public void Deliver(ResourceType type)
    {
        var informer = _informers[type];
        if (informer.Pending.TryDequeue(out var written))
            Apply(informer, written);
    }

    /// <summary>The watch of a type broke, and what was on its way is lost: list again.</summary>
    public void DropWatch(ResourceType type)
    {
        Pull();
        Relist(_informers[type]);
    }

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) => _informers[type].Objects.GetValueOrDefault(key);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        [.. _informers[type].Objects.Values.Where(o => @namespace is null || o.Namespace == @namespace)];

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) =>
        [.. _informers[type].Objects.Values.Where(o => o.ControllerUid == controllerUid)];

    /// <inheritdoc/>
    public string? ResourceVersionSeen(ResourceType type) =>
        _informers.TryGetValue(type, out var informer) ? informer.Seen.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;

    private void Pull()
    {
        var written = _store.TryReadHistory(_pulled) ?? throw new InvalidOperationException($"the store no longer remembers version {_pulled}: give the simulation more history");
        foreach (var one in written)
        {
            _pulled = one.Version;
            foreach (var informer in _informers.Values)
            {
                if (StorageKey.Of(informer.Type) == one.Storage)
                    informer.Pending.Enqueue(one);
                else if (informer.Pending.Count == 0)
                    informer.Seen = one.Version;
            }
        }
    }

    private void Apply(Informer informer, StoreEvent written)
    {
        var old = informer.Objects.GetValueOrDefault(written.After.Key);
        var current = written.IsRemoval ? null : written.After.ToKubeObject();
        if (current is null)
            informer.Objects.Remove(written.After.Key);
        else
            informer.Objects[current.Key] = current;
        informer.Seen = informer.Pending.Count == 0 ? _pulled : written.Version;
        if (old is not null || current is not null)
            _onChange(new ObjectChange(informer.Type, old, current));
    }

    private void Relist(Informer informer)
    {
        var before = informer.Objects.ToDictionary();
        informer.Pending.Clear();
        informer.Objects.Clear();
        foreach (var stored in _store.Current.Read(StorageKey.Of(informer.Type)))
            informer.Objects[stored.Key] = stored.ToKubeObject();
        informer.Seen = _pulled;
        foreach (var (key, current) in informer.Objects)
        {
            if (!before.TryGetValue(key, out var old) || old.ResourceVersion != current.ResourceVersion)
                _onChange(new ObjectChange(informer.Type, old, current));
        }

        foreach (var (key, old) in before)
        {
            if (!informer.Objects.ContainsKey(key))
                _onChange(new ObjectChange(informer.Type, old, null));
        }
    }

    private sealed class Informer(ResourceType type)
    {
        public ResourceType Type { get; } = type;

        // Sorted, so that a run does not depend on how a hash table happens to order its keys.
        public SortedDictionary<ObjectKey, KubeObject> Objects { get; } = new(Comparer<ObjectKey>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));

        public Queue<StoreEvent> Pending { get; } = new();

        public long Seen { get; set; }
    }
}
