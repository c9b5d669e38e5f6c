using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.AppMesh;

/// <summary>AWS App Mesh: the weights in a VirtualRouter, and the pods of the two VirtualNodes (TR-MSH rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class AppMeshRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.AppMesh.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        var (mesh, space) = (AppMesh(rollout), rollout.Meta.Namespace);
        return
        [
            new(types.AppMeshVirtualServices, space, mesh.VirtualServiceName),

            // Only the VirtualService knows which, and in which namespace.
            new(types.AppMeshVirtualRouters, null, null),
            new(types.AppMeshVirtualNodes, space, mesh.StableVirtualNode),
            new(types.AppMeshVirtualNodes, space, mesh.CanaryVirtualNode),
        ];
    }

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var mesh = AppMesh(rollout);
        var (stable, canary) = VirtualNodeEdit.HashesOf(plan);
        var stableNode = NodeChange(rollout, mesh.StableVirtualNode, stable, objects);
        var canaryNode = NodeChange(rollout, mesh.CanaryVirtualNode, canary, objects);
        var weights = RouterChange(rollout, plan, objects);

        // A node gets its pods before it gets traffic, and loses traffic before it loses its pods: after a promotion the
        // canary's node still has all of it, and selects nothing.
        return plan.Canary.Weight == 0 ? [.. stableNode, .. weights, .. canaryNode] : [.. stableNode, .. canaryNode, .. weights];
    }

    private static AppMeshRouting AppMesh(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.AppMesh!;

    private ImmutableArray<RoutingChange> NodeChange(Rollout rollout, string name, string hash, IObjectCache objects)
    {
        var key = new ObjectKey(rollout.Meta.Namespace, name);
        var found = objects.Get(types.AppMeshVirtualNodes, key) ?? throw Missing("Virtual-node", TrafficEventReasons.VirtualNodeNotFound, types.AppMeshVirtualNodes, key);
        return RoutingChange.Of(types.AppMeshVirtualNodes, found, VirtualNodeEdit.Edited(found, rollout, hash));
    }

    private ImmutableArray<RoutingChange> RouterChange(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var mesh = AppMesh(rollout);
        var key = new ObjectKey(rollout.Meta.Namespace, mesh.VirtualServiceName);
        var service = objects.Get(types.AppMeshVirtualServices, key) ?? throw Missing("Virtual-service", TrafficEventReasons.VirtualServiceNotFound, types.AppMeshVirtualServices, key);
        var reference = service.ToNode().ObjectAt("spec").ObjectAt("provider").ObjectAt("virtualRouter").ObjectAt("virtualRouterRef");
        if (reference.TextAt("name") is not { Length: > 0 } name)
        {
            throw new TrafficRoutingException(
                $"Virtual-service is not associated with virtual-router: VirtualService `{service.Name}` should name one in spec.provider.virtualRouter.virtualRouterRef");
        }

        var routerKey = new ObjectKey(reference.TextAt("namespace") is { Length: > 0 } other ? other : rollout.Meta.Namespace, name);
        var router = objects.Get(types.AppMeshVirtualRouters, routerKey) ?? throw Missing("Virtual-router", TrafficEventReasons.VirtualRouterNotFound, types.AppMeshVirtualRouters, routerKey);
        return RoutingChange.Of(types.AppMeshVirtualRouters, router, new VirtualRouterEdit(rollout.Meta.Namespace, mesh, plan).Edited(router));
    }

    private static TrafficRoutingException Missing(string what, string reason, ResourceType type, ObjectKey key) =>
        new($"{what} is missing: {type.Kind} `{key.Name}` not found in namespace {key.Namespace}") { Reason = reason };
}
