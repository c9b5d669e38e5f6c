using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>What DestinationRules say of Services: subsets of their pods, and how a client stays with one.</summary>
internal sealed class IstioSubsets
{
    private readonly Dictionary<ObjectKey, JsonElement> _rules = [];

    private IstioSubsets(RouteObjects objects)
    {
        // The first to name a Service counts: the oldest.
        foreach (var rule in objects.All(RouteTypes.DestinationRules))
            _rules.TryAdd(ServiceHosts.Parse(rule.Root.At("spec").Text("host") ?? "", rule.Namespace!), rule.Root.At("spec"));
    }

    /// <summary>Reads all DestinationRules.</summary>
    public static IstioSubsets Read(RouteObjects objects) => new(objects);

    /// <summary>The pods that a destination of a VirtualService names.</summary>
    /// <exception cref="RouteException">The host is missing, or its subset is not in any DestinationRule.</exception>
    public ServiceRef Resolve(KubeObject virtualService, JsonElement destination)
    {
        var host = destination.Text("host") ?? throw new RouteException("a destination has no host, expected the name of a Service");
        var service = ServiceHosts.Parse(host, virtualService.Namespace!);
        var rule = _rules.GetValueOrDefault(service);
        var found = new ServiceRef(service.Namespace!, service.Name, destination.At("port").Port("number")) { Stickiness = Stickiness(rule) };
        if (destination.Text("subset") is not { Length: > 0 } name)
            return found;
        var subset = rule.Items("subsets").FirstOrDefault(s => s.Text("name") == name);
        return subset.Exists()
            ? found with { Subset = ServiceRef.SubsetOf(subset.TextMap("labels")), Stickiness = Stickiness(subset) ?? found.Stickiness }
            : throw new RouteException($"found the subset '{name}' of host {host}, but no DestinationRule for that host has it");
    }

    private static Stickiness? Stickiness(JsonElement holder)
    {
        var hash = holder.At("trafficPolicy", "loadBalancer").At("consistentHash");
        if (hash.At("httpCookie") is { ValueKind: JsonValueKind.Object } cookie)
        {
            // A ttl, be it 0, asks for a cookie to be made.
            return new Stickiness(StickinessKind.Cookie, cookie.Text("name") ?? "")
            {
                CookieTtl = cookie.At("ttl").Exists() ? cookie.Duration("ttl") ?? TimeSpan.Zero : null,
                CookiePath = cookie.Text("path") ?? "/",
            };
        }

        if (hash.Text("httpHeaderName") is { Length: > 0 } header)
            return new Stickiness(StickinessKind.Header, header);
        return hash.IsTrue("useSourceIp") ? new Stickiness(StickinessKind.SourceAddress, "") : null;
    }
}
