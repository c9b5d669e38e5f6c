using System.Text.Json.Nodes;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.AppMesh;

/// <summary>The weights of the two VirtualNodes in the routes of a VirtualRouter (TR-MSH-03, TR-MSH-04).</summary>
/// <param name="space">The Rollout's namespace.</param>
/// <param name="mesh">Names the nodes and the routes.</param>
/// <param name="plan">The shares.</param>
internal sealed class VirtualRouterEdit(string space, AppMeshRouting mesh, TrafficPlan plan)
{
    private static readonly string[] s_kinds = ["httpRoute", "tcpRoute", "http2Route", "grpcRoute"];

    /// <summary>A copy of the router with these weights.</summary>
    /// <exception cref="TrafficRoutingException">The router is not as it should be.</exception>
    public JsonObject Edited(KubeObject router)
    {
        var after = router.ToNode();
        if (after.ObjectAt("spec")?["routes"] is not JsonArray { Count: > 0 } routes)
            throw new TrafficRoutingException($"spec.routes: Invalid value: \"{router.Name}\": No routes found");

        var named = routes.Select((route, i) => (Route: route as JsonObject, Field: $"spec.routes[{i}]", Name: route.TextAt("name")
            ?? throw Malformed(router, $"spec.routes[{i}].name", "expected a name"))).ToList();
        var names = named.Select(r => r.Name).ToList();
        foreach (var name in mesh.Routes.Where(n => !names.Contains(n)))
            throw new TrafficRoutingException($"VirtualRouter `{router.Name}` has no route `{name}`: it has the routes {Listed.Of(names)}");

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (route, field, _) in named.Where(r => mesh.Routes.IsEmpty || mesh.Routes.Contains(r.Name)))
            seen.UnionWith(Weigh(router, route!, field));
        foreach (var node in (string[])[mesh.CanaryVirtualNode, mesh.StableVirtualNode])
        {
            if (!seen.Contains(node))
                throw new TrafficRoutingException($"VirtualRouter `{router.Name}` does not lead to VirtualNode `{node}`: its routes lead to {Listed.Of(seen)}");
        }

        return after;
    }

    /// <summary>Sets the weights of a route.</summary>
    /// <returns>The nodes of the Rollout's namespace that it leads to.</returns>
    private List<string> Weigh(KubeObject router, JsonObject route, string field)
    {
        var kind = Array.Find(s_kinds, k => route[k] is JsonObject)
            ?? throw Malformed(router, field, $"Route has unsupported route type, expected one of {string.Join(", ", s_kinds)}");
        field = $"{field}.{kind}.action.weightedTargets";
        if (route.ObjectAt(kind).ObjectAt("action")?["weightedTargets"] is not JsonArray targets)
            throw Malformed(router, field, "expected a list");

        var nodes = new List<string>();
        foreach (var (i, target) in targets.Index())
        {
            // A target may also be a VirtualNode that App Mesh knows and the cluster does not: that is not one of the two.
            if (target is not JsonObject entry || entry.NumberAt("weight") is null)
                throw Malformed(router, $"{field}[{i}].weight", "expected a number");
            var reference = entry.ObjectAt("virtualNodeRef");
            if (reference.TextAt("name") is not { } node || (reference.TextAt("namespace") is { Length: > 0 } other && other != space))
                continue;
            nodes.Add(node);
            if (node == mesh.CanaryVirtualNode)
                entry.SetWeight(plan.Canary.Weight);
            else if (node == mesh.StableVirtualNode)
                entry.SetWeight(plan.FullWeight - plan.Canary.Weight);
        }

        return nodes;
    }

    private static TrafficRoutingException Malformed(KubeObject router, string field, string expected) =>
        new($"{field}: Invalid value: \"{router.Name}\": not well-formed: {expected}");
}
