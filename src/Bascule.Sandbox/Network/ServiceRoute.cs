using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Network;

/// <summary>Where connections to one port of a Service go.</summary>
/// <param name="Listen">The addresses to accept them on.</param>
/// <param name="Backends">The pods' addresses; empty when none can serve.</param>
/// <param name="IsSticky">Connections from one client address go to one pod while it is there.</param>
internal sealed record PortRoute(ImmutableArray<IPEndPoint> Listen, ImmutableArray<IPEndPoint> Backends, bool IsSticky);

/// <summary>Reads the routes of a Service from it and its slices. Pure.</summary>
internal static class ServiceRoute
{
    /// <summary>The TCP ports of a Service. Headless Services have none: their clients go to pods themselves.</summary>
    public static ImmutableArray<PortRoute> Of(KubeObject service, IReadOnlyList<KubeObject> slices)
    {
        var spec = service.Root.At("spec");
        var clusterIp = IPAddress.TryParse(spec.Text("clusterIP"), out var parsed) ? parsed : null;
        var sticky = spec.Text("sessionAffinity") == "ClientIP";
        var routes = ImmutableArray.CreateBuilder<PortRoute>();
        foreach (var port in spec.Items("ports").Where(p => (p.Text("protocol") ?? "TCP") == "TCP"))
        {
            var listen = ImmutableArray.CreateBuilder<IPEndPoint>();
            if (clusterIp is not null && port.Int("port") is { } number)
                listen.Add(new IPEndPoint(clusterIp, number));
            if (port.Int("nodePort") is > 0 and var nodePort)
                listen.Add(new IPEndPoint(IPAddress.Loopback, nodePort));
            if (listen.Count > 0)
                routes.Add(new PortRoute(listen.ToImmutable(), [.. Serving(slices, port.Text("name") ?? "", _ => true).Select(s => s.At)], sticky));
        }

        return routes.ToImmutable();
    }

    /// <summary>The addresses that get new connections by right: those of ready pods.</summary>
    public static ImmutableHashSet<IPAddress> ReadyAddresses(IEnumerable<KubeObject> slices) =>
        [.. slices.SelectMany(s => s.Root.Items("endpoints")).Where(e => !Says(e, "ready", false)).SelectMany(e => e.Texts("addresses")).Select(IPAddress.Parse)];

    /// <summary>The slices of a Service: its own, or for a Service without a selector those that name it.</summary>
    public static List<KubeObject> Slices(IObjectCache cache, KubeObject service) =>
        ServiceBackends.IsManaged(service)
            ? [.. cache.OwnedBy(ResourceTypes.EndpointSlices, service.Uid)]
            : [.. cache.List(ResourceTypes.EndpointSlices, service.Namespace).Where(s => s.Labels.GetValueOrDefault(SlicePlanner.ServiceLabel) == service.Name)];

    /// <summary>Who serves a port: ready pods; with none of them, pods that are ending but still serve, which beats refusing.</summary>
    /// <param name="slices">The Service's slices.</param>
    /// <param name="port">The port's name; empty when it has none.</param>
    /// <param name="counts">Which endpoints count at all.</param>
    public static ImmutableArray<(JsonElement Endpoint, IPEndPoint At)> Serving(IReadOnlyList<KubeObject> slices, string port, Func<JsonElement, bool> counts)
    {
        var endpoints =
            from slice in slices
            from number in slice.Root.Items("ports").Where(p => (p.Text("name") ?? "") == port).Select(p => p.Int("port")).Take(1)
            where number is not null
            from endpoint in slice.Root.Items("endpoints").Where(counts)
            from address in endpoint.Texts("addresses").Take(1)
            select (Endpoint: endpoint, At: new IPEndPoint(IPAddress.Parse(address), number.Value));
        var all = endpoints.ToList();
        ImmutableArray<(JsonElement Endpoint, IPEndPoint At)> ready = [.. all.Where(e => !Says(e.Endpoint, "ready", false))];
        return ready.IsEmpty ? [.. all.Where(e => Says(e.Endpoint, "serving", true) && Says(e.Endpoint, "terminating", true))] : ready;
    }

    private static bool Says(JsonElement endpoint, string condition, bool value) =>
        endpoint.At("conditions", condition).ValueKind == (value ? JsonValueKind.True : JsonValueKind.False);
}
