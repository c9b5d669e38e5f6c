using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>Checks the VirtualServices of Istio (REF-10, REF-11).</summary>
internal static class VirtualServiceValidation
{
    private const string At = "spec.strategy.canary.trafficRouting.istio";

    /// <summary>REF-10: exactly one of the two ways to name VirtualServices.</summary>
    public static FieldError? Form(IstioRouting istio) => istio.VirtualService is null == istio.VirtualServices is null
        ? FieldError.Internal(At, $"found {(istio.VirtualService is null ? "neither" : "both")}, expected either virtualService or virtualServices")
        : null;

    /// <summary>REF-11: the VirtualServices exist.</summary>
    public static IEnumerable<FieldError> Missing(RolloutObservation seen, TrafficRouting routing) =>
        from service in RoutingReferences.VirtualServices(seen.Rollout, routing)
        let reference = service.Reference
        where seen.IsMissing(reference)
        select FieldError.Invalid(Path(routing.Istio!), reference.Name, $"{reference.Resource} \"{reference.Name}\" not found in namespace \"{reference.Namespace}\"");

    /// <summary>REF-11: the routes that are to be split exist and lead to both versions.</summary>
    public static IEnumerable<FieldError> Contents(RolloutObservation seen, CanaryStrategy canary, TrafficRouting routing)
    {
        foreach (var (reference, routes) in RoutingReferences.VirtualServices(seen.Rollout, routing))
        {
            if (seen.Find(reference) is not { } found)
                continue;
            foreach (var problem in Problems(found.Root.Member("spec"), routes, canary, routing))
                yield return FieldError.Invalid(Path(routing.Istio!), reference.Name, problem);
        }
    }

    private static string Path(IstioRouting istio) => istio.VirtualServices is null ? $"{At}.virtualService.name" : $"{At}.virtualServices.name";

    private static IEnumerable<string> Problems(JsonElement spec, IstioVirtualService wanted, CanaryStrategy canary, TrafficRouting routing)
    {
        (string Kind, Func<ImmutableArray<JsonElement>, string?> Check)[] kinds =
        [
            ("http", routes => Http(routes, wanted, canary, routing)),
            ("tls", routes => ByMatch("tls", routes, wanted.TlsRoutes, (written, route) => written.Port == Port(route) && SniHosts(route).SetEquals(written.SniHosts), canary)),
            ("tcp", routes => ByMatch("tcp", routes, wanted.TcpPorts, (written, route) => written == Port(route), canary)),
        ];
        var present = kinds.Where(k => spec.Items(k.Kind).Any()).ToList();
        if (present.Count == 0)
            yield return "the VirtualService has no http, tls or tcp routes";
        foreach (var (kind, check) in present)
        {
            if (check([.. spec.Items(kind)]) is { } problem)
                yield return problem;
        }
    }

    private static string? Http(ImmutableArray<JsonElement> routes, IstioVirtualService wanted, CanaryStrategy canary, TrafficRouting routing)
    {
        if (wanted.Routes.IsEmpty)
        {
            // The only route needs no name; routes that steps have set do not count.
            var own = routes.Where(r => !routing.ManagedRoutes.Contains(r.Text("name") ?? "")).ToList();
            return own.Count == 1
                ? Destinations("http", own[0], canary)
                : "the VirtualService must have exactly one http route when spec.strategy.canary.trafficRouting.istio.virtualService.routes names none";
        }

        foreach (var name in wanted.Routes)
        {
            var named = routes.FirstOrDefault(r => r.Text("name") == name);
            var problem = named.ValueKind == JsonValueKind.Undefined ? $"the VirtualService has no http route named \"{name}\"" : Destinations("http", named, canary);
            if (problem is not null)
                return problem;
        }

        return null;
    }

    private static string? ByMatch<T>(string kind, ImmutableArray<JsonElement> routes, ImmutableArray<T> wanted, Func<T, JsonElement, bool> matches, CanaryStrategy canary)
    {
        if (wanted.IsEmpty)
        {
            return routes.Length != 1
                ? $"the VirtualService must have exactly one {kind} route when spec.strategy.canary.trafficRouting.istio.virtualService.{kind}Routes names none"
                : Destinations(kind, routes[0], canary);
        }

        foreach (var written in wanted)
        {
            var chosen = routes.Where(r => HasOnePort(r) && matches(written, r)).ToList();
            if (chosen.Count == 0)
                return $"the VirtualService has no {kind} route that spec.strategy.canary.trafficRouting.istio.virtualService.{kind}Routes describes";
            if (chosen.Select(r => Destinations(kind, r, canary)).FirstOrDefault(p => p is not null) is { } problem)
                return problem;
        }

        return null;
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

    /// <summary>The Service's name, out of <c>name</c> or <c>name.namespace.svc…</c>.</summary>
    private static string Host(JsonElement destination) => (destination.Text("host") ?? "").Split('.')[0];

    private static bool HasOnePort(JsonElement route) => route.Items("match").Select(m => m.Long("port") ?? 0).Distinct().Count() <= 1;

    private static long Port(JsonElement route) => route.Items("match").Select(m => m.Long("port") ?? 0).FirstOrDefault();

    private static HashSet<string> SniHosts(JsonElement route) => route.Items("match").SelectMany(m => m.Texts("sniHosts")).ToHashSet(StringComparer.Ordinal);
}
