using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>Traefik's IngressRoutes with its TraefikServices: weighted ones, mirrors, and those nested in each other.</summary>
internal sealed class TraefikSource : IRouteSource
{
    /// <summary>Deeper nesting is a circle.</summary>
    private const int DeepestNesting = 10;

    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.IngressRoutes, RouteTypes.TraefikServices];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects) => objects.Each(RouteTypes.IngressRoutes, route => Rules(route, objects));

    private static IEnumerable<RouteRule> Rules(KubeObject ingressRoute, RouteObjects objects)
    {
        var index = 0;
        foreach (var route in ingressRoute.Root.At("spec").Items("routes"))
        {
            var place = $"spec.routes[{index}]";
            if (route.Items("middlewares").Any())
                throw new RouteException($"{place}.middlewares is not honoured by the sandbox's gateway");
            var match = route.Text("match") ?? throw new RouteException($"{place}.match: found nothing, expected a rule such as Host(`name`)");
            var (condition, hosts) = TraefikRule.Parse(match);
            // Without a priority the longer rule comes first.
            var order = RuleOrder.Of(RouteFamily.Traefik, ingressRoute, index++, route.Int("priority") is > 0 and var priority ? priority : match.Length);
            var forward = new Forward
            {
                Family = RouteFamily.Traefik,
                Source = ingressRoute.Key,
                Targets = [.. route.Items("services").SelectMany(s => Resolve(s, ingressRoute.Namespace!, s.Number("weight") ?? 1, objects, 0))],
            };
            foreach (var host in hosts.DefaultIfEmpty(HostPattern.Any))
                yield return new RouteRule(host, order, condition, forward);
        }
    }

    /// <summary>The Services that a reference comes to, with their shares of its weight.</summary>
    private static IEnumerable<WeightedTarget> Resolve(JsonElement reference, string @namespace, double weight, RouteObjects objects, int depth)
    {
        var name = reference.Text("name") ?? "";
        var home = reference.Text("namespace") ?? @namespace;
        if (reference.Text("kind") is not "TraefikService")
            return [new WeightedTarget(new ServiceRef(home, name, reference.Port("port")), weight)];
        if (depth > DeepestNesting)
            throw new RouteException($"TraefikService {home}/{name} leads back to itself");
        var spec = objects.Get(RouteTypes.TraefikServices, new ObjectKey(home, name))?.Root.At("spec") ?? throw new RouteException($"there is no TraefikService {home}/{name}");
        if (spec.At("mirroring") is { ValueKind: JsonValueKind.Object } mirroring)
        {
            var mirrors = mirroring.Items("mirrors").SelectMany(m => Resolve(m, home, 1, objects, depth + 1).Select(t => new MirrorTarget(t.Service, (m.Number("percent") ?? 0) / 100))).ToImmutableArray();
            return Resolve(mirroring, home, weight, objects, depth + 1).Select(t => t with { Mirrors = t.Mirrors.AddRange(mirrors) });
        }

        var services = spec.At("weighted").Items("services").ToList();
        var total = services.Sum(s => s.Number("weight") ?? 1);
        return services.SelectMany(s => Resolve(s, home, total > 0 ? weight * (s.Number("weight") ?? 1) / total : 0, objects, depth + 1));
    }
}
