using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>How an HTTPRoute stands to one of its parents.</summary>
/// <param name="Reference">The reference as written.</param>
/// <param name="Hosts">The hosts that both are for; none when the parent does not take the route.</param>
/// <param name="Reason">The specification's reason of <c>Accepted</c>.</param>
/// <param name="Message">A sentence for people; empty when it is accepted.</param>
internal sealed record HttpRouteParent(JsonElement Reference, ImmutableArray<string> Hosts, string Reason, string Message)
{
    /// <summary>The reason when all is well.</summary>
    public const string Accepted = "Accepted";
}

/// <summary>Reads the parents of HTTPRoutes.</summary>
internal static class HttpRouteParents
{
    /// <summary>The parents that exist or should; a kind that is none of the gateway's is left out, somebody else may know it.</summary>
    public static ImmutableArray<HttpRouteParent> Read(KubeObject route, RouteObjects objects) =>
    [
        .. route.Root.At("spec").Items("parentRefs").Select(p => (p.Text("kind") ?? "Gateway") switch
        {
            "Gateway" => OfGateway(route, p, objects),
            "Service" => OfService(route, p, objects),
            _ => null,
        }).OfType<HttpRouteParent>(),
    ];

    private static HttpRouteParent? OfGateway(KubeObject route, JsonElement reference, RouteObjects objects)
    {
        var key = Key(route, reference);
        if (objects.Get(RouteTypes.Gateways, key) is not { } gateway)
            return null;
        var listeners = gateway.Root.At("spec").Items("listeners")
            .Where(l => reference.Text("sectionName") is not { } section || l.Text("name") == section)
            .Where(l => reference.Int("port") is not { } port || l.Int("port") == port)
            .Where(l => l.Text("protocol") is null or "HTTP")
            .ToList();
        if (listeners.Count == 0)
            return new(reference, [], "NoMatchingParent", $"Gateway {key} has no HTTP listener that fits");
        var allowed = listeners.Where(l => Allows(gateway, l, route, objects)).ToList();
        if (allowed.Count == 0)
            return new(reference, [], "NotAllowedByListeners", $"no listener of Gateway {key} allows routes of namespace {route.Namespace} (spec.listeners[].allowedRoutes)");
        ImmutableArray<string> hosts = [.. allowed.SelectMany(l => RouteHosts(route).Select(h => HostPattern.Intersect(h, HostPattern.Normal(l.Text("hostname")))).OfType<string>()).Distinct()];
        return hosts.IsEmpty
            ? new(reference, [], "NoMatchingListenerHostname", $"no listener of Gateway {key} is for {string.Join(", ", RouteHosts(route))}")
            : new(reference, hosts, HttpRouteParent.Accepted, "");
    }

    /// <summary>A Service as a parent is asked for by its own names, whatever hostnames the route has.</summary>
    private static HttpRouteParent OfService(KubeObject route, JsonElement reference, RouteObjects objects)
    {
        var key = Key(route, reference);
        return objects.Get(ResourceTypes.Services, key) is null
            ? new(reference, [], "NoMatchingParent", $"there is no Service {key}")
            : new(reference, ServiceHosts.Of(key), HttpRouteParent.Accepted, "");
    }

    private static ObjectKey Key(KubeObject route, JsonElement reference) => new(reference.Text("namespace") ?? route.Namespace, reference.Text("name") ?? "");

    private static IEnumerable<string> RouteHosts(KubeObject route) => route.Root.At("spec").Texts("hostnames").Select(HostPattern.Normal).DefaultIfEmpty(HostPattern.Any);

    private static bool Allows(KubeObject gateway, JsonElement listener, KubeObject route, RouteObjects objects)
    {
        var namespaces = listener.At("allowedRoutes", "namespaces");
        return namespaces.Text("from") switch
        {
            "All" => true,
            "Selector" => objects.Get(ResourceTypes.Namespaces, new ObjectKey(null, route.Namespace!)) is { } home && LabelSelection.From(namespaces.At("selector")).Matches(home.Labels),
            _ => gateway.Namespace == route.Namespace,
        };
    }
}
