using System.Collections.Immutable;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Which routing objects a Rollout names, by router.</summary>
internal static class RoutingReferences
{
    /// <summary>All of them, without doubles, in the order in which they are validated.</summary>
    public static ImmutableArray<ObjectReference> Of(Rollout rollout) => rollout.Spec.Canary?.TrafficRouting is { } routing
        ? [.. Ingresses(rollout, routing), .. VirtualServices(rollout, routing).Select(v => v.Reference), .. Mappings(rollout, routing), .. AppMesh(rollout, routing)]
        : [];

    /// <summary>What a routing object names in its turn; null for nothing.</summary>
    public static ObjectReference? Of(ReferencedObject found)
    {
        if (found.Reference.Kind != ReferencedKind.AppMeshVirtualService)
            return null;
        var router = found.Root.Member("spec").Member("provider").Member("virtualRouter").Member("virtualRouterRef");
        var space = router.Text("namespace") is { Length: > 0 } other ? other : found.Reference.Namespace;
        return router.Text("name") is { Length: > 0 } name ? new(ReferencedKind.AppMeshVirtualRouter, space, name) : null;
    }

    /// <summary>The VirtualServices of Istio, each with what the Rollout says of its routes.</summary>
    public static IEnumerable<(ObjectReference Reference, IstioVirtualService Routes)> VirtualServices(Rollout rollout, TrafficRouting routing) =>
        (routing.Istio?.All ?? []).Select(v => (new ObjectReference(ReferencedKind.IstioVirtualService, v.ObjectNamespace ?? rollout.Meta.Namespace, v.ObjectName), v));

    private static IEnumerable<ObjectReference> Ingresses(Rollout rollout, TrafficRouting routing) =>
        (routing.Nginx?.All ?? []).Concat(routing.Alb?.All ?? []).Distinct().Select(name => new ObjectReference(ReferencedKind.Ingress, rollout.Meta.Namespace, name));

    private static IEnumerable<ObjectReference> Mappings(Rollout rollout, TrafficRouting routing) =>
        (routing.Ambassador?.Mappings ?? []).Distinct().Select(name => new ObjectReference(ReferencedKind.AmbassadorMapping, rollout.Meta.Namespace, name));

    private static IEnumerable<ObjectReference> AppMesh(Rollout rollout, TrafficRouting routing)
    {
        if (routing.AppMesh is { HasVirtualService: true, VirtualServiceName: var name })
            yield return new(ReferencedKind.AppMeshVirtualService, rollout.Meta.Namespace, name);
    }
}
