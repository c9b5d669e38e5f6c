using Bascule.Kube;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>The types of routing objects, in a version that all their users' definitions serve.</summary>
internal static class RouteTypes
{
    /// <summary>Istio's gateways.</summary>
    public static ResourceType IstioGateways { get; } = new("networking.istio.io", "v1alpha3", "gateways", "Gateway");

    /// <summary>Istio's VirtualServices.</summary>
    public static ResourceType VirtualServices { get; } = new("networking.istio.io", "v1alpha3", "virtualservices", "VirtualService");

    /// <summary>Istio's DestinationRules.</summary>
    public static ResourceType DestinationRules { get; } = new("networking.istio.io", "v1alpha3", "destinationrules", "DestinationRule");

    /// <summary>The Gateway API's classes.</summary>
    public static ResourceType GatewayClasses { get; } = new("gateway.networking.k8s.io", "v1", "gatewayclasses", "GatewayClass", Namespaced: false);

    /// <summary>The Gateway API's gateways.</summary>
    public static ResourceType Gateways { get; } = new("gateway.networking.k8s.io", "v1", "gateways", "Gateway");

    /// <summary>The Gateway API's HTTP routes.</summary>
    public static ResourceType HttpRoutes { get; } = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");

    /// <summary>Who may name objects of another namespace.</summary>
    public static ResourceType ReferenceGrants { get; } = new("gateway.networking.k8s.io", "v1beta1", "referencegrants", "ReferenceGrant");

    /// <summary>TrafficSplits of the Service Mesh Interface.</summary>
    public static ResourceType TrafficSplits { get; } = new("split.smi-spec.io", "v1alpha1", "trafficsplits", "TrafficSplit");

    /// <summary>Traefik's routes.</summary>
    public static ResourceType IngressRoutes { get; } = new("traefik.io", "v1alpha1", "ingressroutes", "IngressRoute");

    /// <summary>Traefik's services: weighted ones and mirrors.</summary>
    public static ResourceType TraefikServices { get; } = new("traefik.io", "v1alpha1", "traefikservices", "TraefikService");

    /// <summary>APISIX' routes.</summary>
    public static ResourceType ApisixRoutes { get; } = new("apisix.apache.org", "v2", "apisixroutes", "ApisixRoute");

    /// <summary>Ambassador's Mappings.</summary>
    public static ResourceType Mappings { get; } = new("getambassador.io", "v2", "mappings", "Mapping");
}
