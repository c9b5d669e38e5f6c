using Bascule.Kube;

namespace Bascule.Controller.Caches;

/// <summary>
/// A cache with what one pass has read past it: an object that the cache does not show yet, or that its informer leaves
/// out, is there for the rest of the pass. Not thread-safe.
/// </summary>
/// <param name="cache">The cache behind.</param>
internal sealed class FresherCache(IObjectCache cache) : IObjectCache
{
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), KubeObject> _read = [];

    /// <summary>Shows an object from now on.</summary>
    public void Add(ResourceType type, KubeObject read) => _read[(type, read.Key)] = read;

    /// <inheritdoc/>
    public bool Holds(ResourceType type) => cache.Holds(type);

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) => _read.GetValueOrDefault((type, key)) ?? cache.Get(type, key);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        Merged(type, cache.List(type, @namespace), o => @namespace is null || o.Namespace == @namespace);

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) =>
        Merged(type, cache.OwnedBy(type, controllerUid), o => o.ControllerUid == controllerUid);

    private IReadOnlyList<KubeObject> Merged(ResourceType type, IReadOnlyList<KubeObject> cached, Func<KubeObject, bool> belongs)
    {
        if (_read.Count == 0)
            return cached;
        return [.. cached.Where(o => !_read.ContainsKey((type, o.Key))), .. _read.Where(r => r.Key.Type == type && belongs(r.Value)).Select(r => r.Value)];
    }
}
