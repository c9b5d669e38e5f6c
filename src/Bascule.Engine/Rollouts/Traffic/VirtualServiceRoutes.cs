using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>Which routes of an Istio VirtualService are split between the versions (REF-11, TR-IST-10 to TR-IST-17).</summary>
/// <param name="Split">The routes, each by its list in the spec (<c>http</c>, <c>tls</c>, <c>tcp</c>) and its index there.</param>
/// <param name="Problems">Why routes that should be split are not there or do not lead to both versions; empty when all is well.</param>
public sealed record VirtualServiceRoutes(ImmutableArray<(string Kind, int Index)> Split, ImmutableArray<string> Problems)
{
    private const string Where = "spec.strategy.canary.trafficRouting.istio.virtualService";

    /// <summary>Finds the routes.</summary>
    /// <param name="spec">The VirtualService's spec.</param>
    /// <param name="wanted">What the Rollout says of its routes.</param>
    /// <param name="canary">The Rollout's strategy; it names Istio.</param>
    public static VirtualServiceRoutes Of(JsonElement spec, IstioVirtualService wanted, CanaryStrategy canary)
    {
        (string Kind, Func<ImmutableArray<JsonElement>, Choice> Choose)[] kinds =
        [
            ("http", routes => Http(routes, wanted, canary)),
            ("tls", routes => ByMatch("tls", routes, wanted.TlsRoutes, (written, route) => written.Port == Port(route) && SniHosts(route).SetEquals(written.SniHosts))),
            ("tcp", routes => ByMatch("tcp", routes, wanted.TcpPorts, (written, route) => written == Port(route))),
        ];
        var (split, problems) = (ImmutableArray.CreateBuilder<(string, int)>(), ImmutableArray.CreateBuilder<string>());
        var present = kinds.Where(k => spec.Items(k.Kind).Any()).ToList();
        if (present.Count == 0)
            problems.Add("the VirtualService has no http, tls or tcp routes");
        foreach (var (kind, choose) in present)
        {
            ImmutableArray<JsonElement> routes = [.. spec.Items(kind)];
            var choice = choose(routes);
            var problem = choice.Problem ?? choice.Indexes.Select(i => Destinations(kind, routes[i], canary)).FirstOrDefault(p => p is not null);
            if (problem is not null)
                problems.Add(problem);
            else
                split.AddRange(choice.Indexes.Select(i => (kind, i)));
        }

        return new(split.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>The Service's name, out of <c>name</c> or <c>name.namespace.svc…</c> (TR-IST-03).</summary>
    /// <param name="destination">A destination of a route.</param>
    public static string Host(JsonElement destination) => (destination.Text("host") ?? "").Split('.')[0];

    private static Choice Http(ImmutableArray<JsonElement> routes, IstioVirtualService wanted, CanaryStrategy canary)
    {
        if (wanted.Routes.IsEmpty)
        {
            // The only route needs no name; routes that steps have set do not count.
            ImmutableArray<int> own = [.. Enumerable.Range(0, routes.Length).Where(i => !canary.TrafficRouting!.ManagedRoutes.Contains(routes[i].Text("name") ?? ""))];
            return own.Length == 1 ? new(own, null) : new([], $"the VirtualService must have exactly one http route when {Where}.routes names none");
        }

        var indexes = ImmutableArray.CreateBuilder<int>();
        foreach (var name in wanted.Routes)
        {
            var index = Enumerable.Range(0, routes.Length).Where(i => routes[i].Text("name") == name).Cast<int?>().FirstOrDefault();
            if (index is not { } found)
                return new([], $"the VirtualService has no http route named \"{name}\"");
            indexes.Add(found);
        }

        return new(indexes.ToImmutable(), null);
    }

    private static Choice ByMatch<T>(string kind, ImmutableArray<JsonElement> routes, ImmutableArray<T> wanted, Func<T, JsonElement, bool> matches)
    {
        if (wanted.IsEmpty)
            return routes.Length == 1 ? new([0], null) : new([], $"the VirtualService must have exactly one {kind} route when {Where}.{kind}Routes names none");

        var indexes = ImmutableArray.CreateBuilder<int>();
        foreach (var written in wanted)
        {
            var before = indexes.Count;
            indexes.AddRange(Enumerable.Range(0, routes.Length).Where(i => HasOnePort(routes[i]) && matches(written, routes[i])));
            if (indexes.Count == before)
                return new([], $"the VirtualService has no {kind} route that {Where}.{kind}Routes describes");
        }

        return new([.. indexes.Distinct()], null);
    }

    /// <summary>Why a route does not lead to both versions; null when it does.</summary>
    private static string? Destinations(string kind, JsonElement route, CanaryStrategy canary)
    {
        var destinations = route.Items("route").Select(r => r.Member("destination")).ToList();
        if (canary.TrafficRouting!.Istio!.DestinationRule is { } rule)
        {
            foreach (var (role, subset) in (ReadOnlySpan<(string, string)>)[("canary", rule.CanarySubsetName), ("stable", rule.StableSubsetName)])
            {
                if (subset.Length == 0 || !destinations.Any(d => d.Text("subset") == subset))
                    return $"the {kind} route does not lead to the {role} subset \"{subset}\"";
            }

            return null;
        }

        foreach (var (role, service) in Services(canary))
        {
            if (service.Length == 0 || !destinations.Any(d => Host(d) == service))
                return $"the {kind} route does not lead to the {role} Service \"{service}\"";
        }

        return null;
    }

    /// <summary>The canary's and the stable Service; the two of ping-pong when neither is set, whose roles change (PP-4).</summary>
    private static (string Role, string Service)[] Services(CanaryStrategy canary) =>
        canary is { CanaryService: "", StableService: "", PingPong: { } pair }
            ? [("ping", pair.PingService), ("pong", pair.PongService)]
            : [("canary", canary.CanaryService), ("stable", canary.StableService)];

    private static bool HasOnePort(JsonElement route) => route.Items("match").Select(m => m.Long("port") ?? 0).Distinct().Count() <= 1;

    private static long Port(JsonElement route) => route.Items("match").Select(m => m.Long("port") ?? 0).FirstOrDefault();

    private static HashSet<string> SniHosts(JsonElement route) => route.Items("match").SelectMany(m => m.Texts("sniHosts")).ToHashSet(StringComparer.Ordinal);

    private readonly record struct Choice(ImmutableArray<int> Indexes, string? Problem);
}
