using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Which routers divide requests, and how they are told (SPEC-65 to SPEC-71). A router that is null is not configured.</summary>
public sealed record TrafficRouting
{
    /// <summary>The object as written.</summary>
    public required JsonElement Root { get; init; }

    /// <summary>The configured routers, in the order in which they are driven (SPEC-71).</summary>
    public ImmutableArray<TrafficRouter> Routers { get; init; } = [];

    /// <summary>Names of the routes that steps may set, the most important first (SPEC-65).</summary>
    public ImmutableArray<string> ManagedRoutes { get; init; } = [];

    /// <summary>What full traffic is; null for 100 (SPEC-66).</summary>
    public int? MaxTrafficWeight { get; init; }

    /// <summary>SPEC-67.</summary>
    public IstioRouting? Istio { get; init; }

    /// <summary>SPEC-68.</summary>
    public NginxRouting? Nginx { get; init; }

    /// <summary>SPEC-69.</summary>
    public AlbRouting? Alb { get; init; }

    /// <summary>SPEC-70.</summary>
    public SmiRouting? Smi { get; init; }

    /// <summary>SPEC-70.</summary>
    public AmbassadorRouting? Ambassador { get; init; }

    /// <summary>SPEC-70.</summary>
    public AppMeshRouting? AppMesh { get; init; }

    /// <summary>SPEC-70.</summary>
    public TraefikRouting? Traefik { get; init; }

    /// <summary>SPEC-70.</summary>
    public ApisixRouting? Apisix { get; init; }

    /// <summary>Of our own: what SPEC-70 has for a plugin.</summary>
    public GatewayApiRouting? GatewayApi { get; init; }

    /// <summary>The configuration of each plugin by its name, as written (SPEC-70).</summary>
    public ImmutableSortedDictionary<string, JsonElement> Plugins { get; init; } = ImmutableSortedDictionary<string, JsonElement>.Empty;

    /// <summary>True when one of these routers is configured.</summary>
    public bool Has(params ReadOnlySpan<TrafficRouter> routers)
    {
        foreach (var router in routers)
        {
            if (Routers.Contains(router))
                return true;
        }

        return false;
    }

    /// <summary>A router's object as written; null when it is not configured.</summary>
    public JsonElement? Raw(TrafficRouter router) => Routers.Contains(router) ? Root.MemberOrNull(router.FieldName()) : null;

    /// <summary>Reads <c>trafficRouting</c>.</summary>
    public static TrafficRouting Read(JsonElement routing)
    {
        var plugins = ReadPlugins(routing.Member("plugins"));
        return new TrafficRouting
        {
            Root = routing,
            // An empty plugins object names no plugin, so nothing would be driven.
            Routers = [.. TrafficRouters.All.Where(r => routing.MemberOrNull(r.FieldName()) is not null && (r != TrafficRouter.Plugins || !plugins.IsEmpty))],
            ManagedRoutes = [.. routing.Items("managedRoutes").Select(r => r.Text("name") ?? "")],
            MaxTrafficWeight = routing.Int("maxTrafficWeight"),
            Istio = routing.MemberOrNull("istio") is { } istio ? IstioRouting.Read(istio) : null,
            Nginx = routing.MemberOrNull("nginx") is { } nginx ? NginxRouting.Read(nginx) : null,
            Alb = routing.MemberOrNull("alb") is { } alb ? AlbRouting.Read(alb) : null,
            Smi = routing.MemberOrNull("smi") is { } smi ? SmiRouting.Read(smi) : null,
            Ambassador = routing.MemberOrNull("ambassador") is { } ambassador ? AmbassadorRouting.Read(ambassador) : null,
            AppMesh = routing.MemberOrNull("appMesh") is { } appMesh ? AppMeshRouting.Read(appMesh) : null,
            Traefik = routing.MemberOrNull("traefik") is { } traefik ? TraefikRouting.Read(traefik) : null,
            Apisix = routing.MemberOrNull("apisix") is { } apisix ? ApisixRouting.Read(apisix) : null,
            GatewayApi = routing.MemberOrNull("gatewayAPI") is { } gatewayApi ? GatewayApiRouting.Read(gatewayApi) : null,
            Plugins = plugins,
        };
    }

    private static ImmutableSortedDictionary<string, JsonElement> ReadPlugins(JsonElement plugins) =>
        plugins.ValueKind == JsonValueKind.Object
            ? plugins.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, JsonElement>.Empty;
}
