namespace Bascule.Api.Rollouts.Traffic;

/// <summary>What divides requests between versions, in the order in which several of them are driven (SPEC-71).</summary>
public enum TrafficRouter
{
    /// <summary>Istio: VirtualServices, and a DestinationRule for subsets.</summary>
    Istio,

    /// <summary>ingress-nginx: a second, canary Ingress.</summary>
    Nginx,

    /// <summary>The AWS load balancer controller: an action annotation on an Ingress.</summary>
    Alb,

    /// <summary>Service Mesh Interface: a TrafficSplit.</summary>
    Smi,

    /// <summary>Ambassador (Emissary): Mappings.</summary>
    Ambassador,

    /// <summary>AWS App Mesh: a VirtualRouter.</summary>
    AppMesh,

    /// <summary>Traefik: a weighted TraefikService.</summary>
    Traefik,

    /// <summary>Apache APISIX: an ApisixRoute.</summary>
    Apisix,

    /// <summary>The Gateway API, said without the plugin that the incumbent needs for it; the incumbent's definition does not know the field.</summary>
    GatewayApi,

    /// <summary>Routers of plugins, the Gateway API's among them; one object, a member per plugin.</summary>
    Plugins,
}
