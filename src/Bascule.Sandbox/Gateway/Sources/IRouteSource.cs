using Bascule.Kube;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>Reads one family of routing objects. Pure: the same objects give the same rules.</summary>
internal interface IRouteSource
{
    /// <summary>The types that it reads.</summary>
    IReadOnlyList<ResourceType> Types { get; }

    /// <summary>The rules of all objects. What cannot be served is told to <see cref="RouteObjects.Refuse"/>, and the rest is served.</summary>
    IEnumerable<RouteRule> Read(RouteObjects objects);
}

/// <summary>The cluster's routing objects as sources see them, and whom they tell of objects that make no sense.</summary>
/// <param name="cache">Holds every type that some source reads, Services and namespaces.</param>
internal sealed class RouteObjects(IObjectCache cache)
{
    private readonly List<RouteProblem> _problems = [];

    // Each type is listed once, so that rules and statuses speak of the same objects.
    private readonly Dictionary<ResourceType, IReadOnlyList<KubeObject>> _listed = [];

    /// <summary>What could not be served.</summary>
    public IReadOnlyList<RouteProblem> Problems => _problems;

    /// <summary>All objects of a type, those that are about to be deleted too, the oldest first.</summary>
    public IReadOnlyList<KubeObject> All(ResourceType type)
    {
        if (!_listed.TryGetValue(type, out var all))
            _listed[type] = all = [.. cache.List(type, null).OrderBy(o => o.CreationTimestamp).ThenBy(o => o.Key.ToString(), StringComparer.Ordinal)];
        return all;
    }

    /// <summary>One object; null when there is none.</summary>
    public KubeObject? Get(ResourceType type, ObjectKey key) => cache.Get(type, key);

    /// <summary>Some object, or a part of it, is not served.</summary>
    public void Refuse(ResourceType type, KubeObject source, string why) => _problems.Add(new RouteProblem(type, source, why));

    /// <summary>The rules of each object of a type; one that is refused does not take the others with it.</summary>
    public IEnumerable<RouteRule> Each(ResourceType type, Func<KubeObject, IEnumerable<RouteRule>> read) => All(type).SelectMany(o => Try(type, o, () => read(o)));

    /// <summary>Rules that are wholly served or wholly refused.</summary>
    public IReadOnlyList<RouteRule> Try(ResourceType type, KubeObject source, Func<IEnumerable<RouteRule>> read)
    {
        try
        {
            return [.. read()];
        }
        catch (RouteException e)
        {
            Refuse(type, source, e.Message);
            return [];
        }
    }
}

/// <summary>A routing object that is not served, or not all of it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Source">The object.</param>
/// <param name="Why">A sentence: the field, what was found and what was expected.</param>
internal sealed record RouteProblem(ResourceType Type, KubeObject Source, string Why);
