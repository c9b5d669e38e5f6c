using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Matching;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>
/// Istio's VirtualServices with their Gateways and DestinationRules. A VirtualService of the mesh (without gateways, or
/// with <c>mesh</c>) is served too, under the names of its Service, since here nothing stands between pods.
/// </summary>
internal sealed class IstioSource : IRouteSource
{
    private const string Mesh = "mesh";

    /// <summary>What changes the answer and is not done here: a rule that has it is not served, so that nobody relies on it.</summary>
    private static readonly string[] s_unsupported = ["redirect", "directResponse", "delegate", "fault"];

    /// <inheritdoc/>
    public IReadOnlyList<ResourceType> Types => [RouteTypes.VirtualServices, RouteTypes.IstioGateways, RouteTypes.DestinationRules];

    /// <inheritdoc/>
    public IEnumerable<RouteRule> Read(RouteObjects objects)
    {
        var subsets = IstioSubsets.Read(objects);
        return objects.Each(RouteTypes.VirtualServices, v => Rules(v, objects, subsets));
    }

    private static IEnumerable<RouteRule> Rules(KubeObject virtualService, RouteObjects objects, IstioSubsets subsets)
    {
        var hosts = Hosts(virtualService, objects).ToList();
        var index = 0;
        foreach (var route in virtualService.Root.At("spec").Items("http"))
        {
            var place = $"spec.http[{index}]";
            if (s_unsupported.FirstOrDefault(name => route.At(name).Exists()) is { } unsupported)
                throw new RouteException($"{place}.{unsupported} is not honoured by the sandbox's gateway");
            var matches = route.Items("match").ToList();
            var condition = Condition.AnyOrAlways(matches.Select(Match));
            var forward = Forward(virtualService, route, matches, place, subsets);
            foreach (var host in hosts)
                yield return new RouteRule(host, RuleOrder.Of(RouteFamily.Istio, virtualService, index), condition, forward);
            index++;
        }
    }

    /// <summary>The hosts that both a VirtualService and one of its gateways are for.</summary>
    private static IEnumerable<string> Hosts(KubeObject virtualService, RouteObjects objects)
    {
        var spec = virtualService.Root.At("spec");
        var hosts = spec.Texts("hosts").Select(HostPattern.Normal).ToList();
        var gateways = spec.Texts("gateways").DefaultIfEmpty(Mesh).ToList();
        var found = new List<string>();
        foreach (var gateway in gateways)
        {
            if (gateway == Mesh)
            {
                found.AddRange(hosts.SelectMany(h => h.StartsWith('*') ? [h] : ServiceHosts.Of(ServiceHosts.Parse(h, virtualService.Namespace!)).Prepend(h)));
                continue;
            }

            var key = gateway.Split('/') is [var @namespace, var name] ? new ObjectKey(@namespace, name) : new ObjectKey(virtualService.Namespace, gateway);
            var servers = objects.Get(RouteTypes.IstioGateways, key)?.Root.At("spec").Items("servers")
                ?? throw new RouteException($"spec.gateways: found '{gateway}', but there is no Gateway {key}");
            // A host of a server may name the namespace it takes VirtualServices from.
            var served = servers.Where(IsPlain).SelectMany(s => s.Texts("hosts")).Select(h => HostPattern.Normal(h[(h.IndexOf('/', StringComparison.Ordinal) + 1)..])).ToList();
            found.AddRange(hosts.SelectMany(h => served.Select(s => HostPattern.Intersect(h, s)).OfType<string>()));
        }

        return found.Distinct();
    }

    private static bool IsPlain(JsonElement server) => server.At("port").Text("protocol")?.ToUpperInvariant() is null or "HTTP" or "HTTP2";

    private static Condition Match(JsonElement match)
    {
        var parts = new List<Condition>();
        if (match.At("uri") is { ValueKind: JsonValueKind.Object } uri)
            parts.Add(new PathIs(Test(uri, match.IsTrue("ignoreUriCase"))));
        if (match.At("method") is { ValueKind: JsonValueKind.Object } method && method.Text("exact") is { } name)
            parts.Add(new MethodIn([name]));
        if (match.At("authority") is { ValueKind: JsonValueKind.Object } authority)
            parts.Add(new HostIs(Test(authority, ignoreCase: true)));
        parts.AddRange(Entries(match, "headers").Select(h => new HeaderIs(h.Name, Test(h.Value))));
        parts.AddRange(Entries(match, "withoutHeaders").Select(h => new Not(new HeaderIs(h.Name, Test(h.Value)))));
        parts.AddRange(Entries(match, "queryParams").Select(q => new QueryIs(q.Name, Test(q.Value))));
        return Condition.All(parts);
    }

    private static JsonElement.ObjectEnumerator Entries(JsonElement match, string name) =>
        match.At(name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : default;

    /// <summary>Istio's StringMatch; an empty one asks for presence.</summary>
    private static TextTest Test(JsonElement match, bool ignoreCase = false)
    {
        if (match.Text("exact") is { } exact)
            return TextTest.Exact(exact, ignoreCase);
        if (match.Text("prefix") is { } prefix)
            return TextTest.Prefix(prefix, ignoreCase);
        return match.Text("regex") is { } regex ? TextTest.Whole(regex, ignoreCase) : TextTest.Present;
    }

    private static Forward Forward(KubeObject virtualService, JsonElement route, List<JsonElement> matches, string place, IstioSubsets subsets)
    {
        var mirrors = Mirrors(virtualService, route, subsets);
        var destinations = route.Items("route").ToList();
        if (destinations.Count == 0)
            throw new RouteException($"{place}.route: found nothing, expected one destination at least");
        var path = matches.Select(m => m.At("uri")).Where(u => u.Exists()).Select(u => u.Text("prefix") ?? u.Text("exact") ?? u.Text("regex")).FirstOrDefault();
        return new Forward
        {
            Family = RouteFamily.Istio,
            Source = virtualService.Key,
            Path = path ?? "/",
            Targets =
            [
                .. destinations.Select(d => new WeightedTarget(subsets.Resolve(virtualService, d.At("destination")), destinations.Count == 1 ? 1 : d.Number("weight") ?? 0)
                {
                    Edits = Headers(d),
                    Mirrors = mirrors,
                }),
            ],
            Edits = Headers(route) with { Path = Rewrite(route, matches), Host = route.At("rewrite").Text("authority") },
            Timeout = route.Duration("timeout"),
        };
    }

    private static Edits Headers(JsonElement parent) => new()
    {
        Request = parent.At("headers", "request").HeaderEdits(),
        Response = parent.At("headers", "response").HeaderEdits(),
    };

    /// <summary>Istio puts the new text in the place of the prefix that matched, or of the whole path when no prefix did.</summary>
    private static PathRewrite? Rewrite(JsonElement route, List<JsonElement> matches) => route.At("rewrite").Text("uri") is { } uri
        ? new PathRewrite(matches.Count == 0 ? "/" : matches.Select(m => m.At("uri").Text("prefix")).FirstOrDefault(p => p is not null), uri)
        : null;

    private static ImmutableArray<MirrorTarget> Mirrors(KubeObject virtualService, JsonElement route, IstioSubsets subsets)
    {
        var mirrors = ImmutableArray.CreateBuilder<MirrorTarget>();
        if (route.At("mirror") is { ValueKind: JsonValueKind.Object } one)
        {
            var percent = route.At("mirrorPercentage").Number("value") ?? route.Number("mirrorPercent") ?? route.Number("mirror_percent") ?? 100;
            mirrors.Add(new MirrorTarget(subsets.Resolve(virtualService, one), percent / 100));
        }

        foreach (var mirror in route.Items("mirrors"))
            mirrors.Add(new MirrorTarget(subsets.Resolve(virtualService, mirror.At("destination")), (mirror.At("percentage").Number("value") ?? 100) / 100));
        return mirrors.ToImmutable();
    }
}
