using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Referenced;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Rollouts;

/// <summary>The routing objects that a Rollout names, and those that these name in turn, as far as a cache holds their types.</summary>
/// <param name="KindsSeen">The kinds whose types the cache holds; none for a Rollout without traffic routing.</param>
/// <param name="Found">The objects that exist.</param>
internal readonly record struct RoutingObjects(ImmutableArray<ReferencedKind> KindsSeen, ImmutableArray<ReferencedObject> Found)
{
    /// <summary>The types that hold the kinds.</summary>
    private static ImmutableArray<(ReferencedKind Kind, ResourceType Type)> Kinds(RoutingTypes types) =>
    [
        (ReferencedKind.Ingress, types.Ingresses),
        (ReferencedKind.IstioVirtualService, types.VirtualServices),
        (ReferencedKind.AmbassadorMapping, types.Mappings),
        (ReferencedKind.AppMeshVirtualService, types.AppMeshVirtualServices),
        (ReferencedKind.AppMeshVirtualRouter, types.AppMeshVirtualRouters),
    ];

    /// <summary>Looks for what a Rollout names.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="cache">Where to look.</param>
    /// <param name="types">In which versions of the API.</param>
    public static RoutingObjects Of(Rollout rollout, IObjectCache cache, RoutingTypes types)
    {
        if (rollout.Spec.Canary?.TrafficRouting is null)
            return new([], []);
        var held = Kinds(types).Where(t => cache.Holds(t.Type)).ToDictionary(t => t.Kind, t => t.Type);
        var open = new Queue<ObjectReference>(RolloutDecider.ObjectsReferenced(rollout));
        var found = ImmutableArray.CreateBuilder<ReferencedObject>();
        while (open.TryDequeue(out var reference))
        {
            if (!held.TryGetValue(reference.Kind, out var type) || cache.Get(type, new(reference.Namespace, reference.Name)) is not { } item)
                continue;
            var seen = new ReferencedObject(reference, item.Root);
            found.Add(seen);
            if (RolloutDecider.ObjectsReferenced(seen) is { } nested)
                open.Enqueue(nested);
        }

        return new([.. held.Keys], found.ToImmutable());
    }
}
