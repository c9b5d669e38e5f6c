using Bascule.Kube;

namespace Bascule.Controller.Caches;

/// <summary>A cache filled once: for a single look at a cluster, and for tests.</summary>
public sealed class SnapshotCache : IObjectCache
{
    private readonly Dictionary<ResourceType, Dictionary<ObjectKey, KubeObject>> _objects = [];

    /// <summary>Makes a cache of given objects; it holds their types.</summary>
    public SnapshotCache(params IEnumerable<(ResourceType Type, KubeObject Object)> objects)
        : this([], objects)
    {
    }

    private SnapshotCache(IEnumerable<ResourceType> types, IEnumerable<(ResourceType Type, KubeObject Object)> objects)
    {
        foreach (var type in types)
            _objects[type] = [];
        foreach (var (type, item) in objects)
        {
            if (!_objects.TryGetValue(type, out var ofType))
                _objects[type] = ofType = [];
            ofType[item.Key] = item;
        }
    }

    /// <summary>Lists types live, one request each.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="namespace">The namespace to read; cluster-scoped types are read whole.</param>
    /// <param name="types">What to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="KubeException">The server refused one of the lists.</exception>
    public static async Task<SnapshotCache> ReadAsync(
        IKubeClient client, string? @namespace, IReadOnlyList<ResourceType> types, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(types.Select(t => client.ListAsync(t, t.Namespaced ? @namespace : null, ListOptions.All, cancellationToken)));
        return new SnapshotCache(types, types.Zip(lists).SelectMany(p => p.Second.Items, (p, item) => (p.First, item)));
    }

    /// <summary>Reads objects of another type as well; does nothing where the cluster does not serve it.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="type">The type.</param>
    /// <param name="namespace">The namespace to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="KubeException">The server refused.</exception>
    public async Task AddAsync(IKubeClient client, ResourceType type, string? @namespace, CancellationToken cancellationToken)
    {
        try
        {
            var list = await client.ListAsync(type, @namespace, ListOptions.All, cancellationToken);
            if (!_objects.TryGetValue(type, out var ofType))
                _objects[type] = ofType = [];
            foreach (var item in list.Items)
                ofType[item.Key] = item;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
        }
    }

    /// <inheritdoc/>
    public bool Holds(ResourceType type) => _objects.ContainsKey(type);

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) =>
        _objects.TryGetValue(type, out var ofType) ? ofType.GetValueOrDefault(key) : null;

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        _objects.TryGetValue(type, out var ofType)
            ? [.. ofType.Values.Where(o => @namespace is null || o.Namespace == @namespace)]
            : [];

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) =>
        _objects.TryGetValue(type, out var ofType) ? [.. ofType.Values.Where(o => o.ControllerUid == controllerUid)] : [];
}
