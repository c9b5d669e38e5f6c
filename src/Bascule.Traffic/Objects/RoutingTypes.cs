using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>The types of routing objects, in the versions that the incumbent uses unless it is told others.</summary>
public sealed record RoutingTypes
{
    /// <summary>The usual versions.</summary>
    public static RoutingTypes Default { get; } = new();

    /// <summary>Ingresses.</summary>
    public ResourceType Ingresses { get; init; } = ResourceTypes.Ingresses;

    /// <summary>Istio's VirtualServices (TR-IST-01).</summary>
    public ResourceType VirtualServices { get; init; } = new("networking.istio.io", "v1alpha3", "virtualservices", "VirtualService");

    /// <summary>Istio's DestinationRules (TR-IST-01).</summary>
    public ResourceType DestinationRules { get; init; } = new("networking.istio.io", "v1alpha3", "destinationrules", "DestinationRule");

    /// <summary>What the AWS load balancer controller keeps of each target group (TR-ALB-21).</summary>
    public ResourceType TargetGroupBindings { get; init; } = new("elbv2.k8s.aws", "v1beta1", "targetgroupbindings", "TargetGroupBinding");

    /// <summary>TrafficSplits of the Service Mesh Interface (TR-SMI-01).</summary>
    public ResourceType TrafficSplits { get; init; } = new("split.smi-spec.io", "v1alpha1", "trafficsplits", "TrafficSplit");

    /// <summary>Ambassador's Mappings (TR-AMB-01).</summary>
    public ResourceType Mappings { get; init; } = new("getambassador.io", "v2", "mappings", "Mapping");

    /// <summary>App Mesh's VirtualServices (TR-MSH-01).</summary>
    public ResourceType AppMeshVirtualServices { get; init; } = new("appmesh.k8s.aws", "v1beta2", "virtualservices", "VirtualService");

    /// <summary>App Mesh's VirtualRouters (TR-MSH-01).</summary>
    public ResourceType AppMeshVirtualRouters { get; init; } = new("appmesh.k8s.aws", "v1beta2", "virtualrouters", "VirtualRouter");

    /// <summary>App Mesh's VirtualNodes (TR-MSH-01).</summary>
    public ResourceType AppMeshVirtualNodes { get; init; } = new("appmesh.k8s.aws", "v1beta2", "virtualnodes", "VirtualNode");

    /// <summary>TraefikServices (TR-TRF-01).</summary>
    public ResourceType TraefikServices { get; init; } = new("traefik.io", "v1alpha1", "traefikservices", "TraefikService");

    /// <summary>ApisixRoutes (TR-APX-01).</summary>
    public ResourceType ApisixRoutes { get; init; } = new("apisix.apache.org", "v2", "apisixroutes", "ApisixRoute");

    /// <summary>HTTPRoutes of the Gateway API (TR-GW-03).</summary>
    public ResourceType HttpRoutes { get; init; } = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");

    /// <summary>GRPCRoutes of the Gateway API (TR-GW-03).</summary>
    public ResourceType GrpcRoutes { get; init; } = new("gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute");

    /// <summary>TCPRoutes of the Gateway API (TR-GW-03).</summary>
    public ResourceType TcpRoutes { get; init; } = new("gateway.networking.k8s.io", "v1alpha2", "tcproutes", "TCPRoute");

    /// <summary>TLSRoutes of the Gateway API (TR-GW-03).</summary>
    public ResourceType TlsRoutes { get; init; } = new("gateway.networking.k8s.io", "v1alpha2", "tlsroutes", "TLSRoute");

    /// <summary>The types with others in their place.</summary>
    /// <param name="by">Gives for each type the one to use.</param>
    public RoutingTypes Replaced(Func<ResourceType, ResourceType> by) => this with
    {
        Ingresses = by(Ingresses),
        VirtualServices = by(VirtualServices),
        DestinationRules = by(DestinationRules),
        TargetGroupBindings = by(TargetGroupBindings),
        TrafficSplits = by(TrafficSplits),
        Mappings = by(Mappings),
        AppMeshVirtualServices = by(AppMeshVirtualServices),
        AppMeshVirtualRouters = by(AppMeshVirtualRouters),
        AppMeshVirtualNodes = by(AppMeshVirtualNodes),
        TraefikServices = by(TraefikServices),
        ApisixRoutes = by(ApisixRoutes),
        HttpRoutes = by(HttpRoutes),
        GrpcRoutes = by(GrpcRoutes),
        TcpRoutes = by(TcpRoutes),
        TlsRoutes = by(TlsRoutes),
    };
}
