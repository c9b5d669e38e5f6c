using System.Collections.Immutable;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Ambassador;
using Bascule.Traffic.Apisix;
using Bascule.Traffic.AppMesh;
using Bascule.Traffic.GatewayApi;
using Bascule.Traffic.Istio;
using Bascule.Traffic.Nginx;
using Bascule.Traffic.Objects;
using Bascule.Traffic.Smi;
using Bascule.Traffic.Traefik;

namespace Bascule.Traffic;

/// <summary>The routers that work by objects of the cluster.</summary>
public static class BuiltInRouters
{
    /// <summary>What each kind of router does.</summary>
    /// <param name="types">In which versions of the API.</param>
    public static ImmutableArray<RoutingRules> Rules(RoutingTypes types) =>
    [
        new IstioRules(types),
        new NginxRules(types),
        new AlbRules(types),
        new SmiRules(types),
        new AmbassadorRules(types),
        new AppMeshRules(types),
        new TraefikRules(types),
        new ApisixRules(types),
        new GatewayApiRules(types, asPlugin: false),
        new GatewayApiRules(types, asPlugin: true),
    ];
}
