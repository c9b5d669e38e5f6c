using Bascule.Kube.Cache;

namespace Bascule.Kube.Tests.Queue;

/// <summary>A cache of config maps that sees a write when the test says so.</summary>
internal sealed class TestVersionedCache : IVersionedCache
{
    public ObjectIndex Index { get; } = new(ResourceTypes.ConfigMaps);

    public bool Holds(ResourceType type) => true;

    public KubeObject? Get(ResourceType type, ObjectKey key) => Index.Get(key);

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => Index.List(@namespace);

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => Index.OwnedBy(controllerUid);

    public string? ResourceVersionSeen(ResourceType type) => type == ResourceTypes.ConfigMaps ? Index.ResourceVersion : null;
}
