using Bascule.Kube;

namespace Bascule.Traffic.Tests;

/// <summary>A cache that hands out the same objects to everybody, as an informer's does.</summary>
internal sealed class FrozenObjects(IReadOnlyDictionary<ResourceType, IReadOnlyList<KubeObject>> objects) : IObjectCache
{
    /// <summary>All objects, by which readers would see a change.</summary>
    public string Text => string.Join('\n', objects.Values.SelectMany(o => o).Select(o => $"{o.ToNode().ToJsonString()} {string.Join(',', o.Annotations)} {string.Join(',', o.Labels)}"));

    public bool Holds(ResourceType type) => objects.ContainsKey(type);

    public KubeObject? Get(ResourceType type, ObjectKey key) => List(type, key.Namespace).FirstOrDefault(o => o.Key == key);

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        [.. objects.GetValueOrDefault(type, []).Where(o => @namespace is null || o.Namespace == @namespace)];

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => [.. List(type, null).Where(o => o.ControllerUid == controllerUid)];
}
