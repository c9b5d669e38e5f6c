namespace Bascule.Kube;

/// <summary>A cache that knows how far it has read, so that a controller can wait for its own writes.</summary>
public interface IVersionedCache : IObjectCache
{
    /// <summary>
    /// The newest resourceVersion up to which everything of the type is in the cache; null when the type is not cached
    /// here, or nothing was read yet.
    /// </summary>
    string? ResourceVersionSeen(ResourceType type);
}
