using System.Collections.Immutable;
using Bascule.Controller;
using Bascule.Kube;

namespace Bascule.Lab.Manifests;

/// <summary>The kinds of objects in the lab's manifests.</summary>
internal static class LabTypes
{
    /// <summary>Istio's gateways.</summary>
    public static ResourceType IstioGateways { get; } = new("networking.istio.io", "v1", "gateways", "Gateway");

    /// <summary>Istio's routes.</summary>
    public static ResourceType VirtualServices { get; } = new("networking.istio.io", "v1", "virtualservices", "VirtualService");

    /// <summary>Istio's subsets.</summary>
    public static ResourceType DestinationRules { get; } = new("networking.istio.io", "v1", "destinationrules", "DestinationRule");

    /// <summary>The Gateway API's gateways.</summary>
    public static ResourceType Gateways { get; } = new("gateway.networking.k8s.io", "v1", "gateways", "Gateway");

    /// <summary>The Gateway API's routes.</summary>
    public static ResourceType HttpRoutes { get; } = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");

    /// <summary>Kinds that say where requests go, and run nothing themselves.</summary>
    public static ImmutableArray<ResourceType> Routes { get; } =
        [ResourceTypes.Ingresses, IstioGateways, VirtualServices, DestinationRules, Gateways, HttpRoutes];

    /// <summary>All of them.</summary>
    public static ImmutableArray<ResourceType> All { get; } =
        [ResourceTypes.Services, ResourceTypes.Deployments, ArgoResources.AnalysisTemplates, ArgoResources.Rollouts, .. Routes];
}
