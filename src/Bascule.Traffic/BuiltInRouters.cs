using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Kube.Events;
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
        new GatewayApiRules(types),
    ];

    /// <summary>All of them on one cluster.</summary>
    /// <param name="types">In which versions of the API.</param>
    /// <param name="objects">Where routing objects are read.</param>
    /// <param name="client">Writes them.</param>
    /// <param name="events">Told what was changed.</param>
    public static IEnumerable<ITrafficRouter> All(RoutingTypes types, IRoutingObjects objects, IKubeClient client, IEventSink events) =>
        Rules(types).Select(rules => new ObjectRouter(rules, objects, client, events));
}
