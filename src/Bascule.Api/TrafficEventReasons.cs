namespace Bascule.Api;

/// <summary>Reasons of the events that single traffic routers send about a Rollout (EV-16, EV-30 to EV-36).</summary>
public static class TrafficEventReasons
{
    /// <summary>EV-16: AWS sends a Service's traffic to its pods.</summary>
    public const string TargetGroupVerified = "TargetGroupVerified";

    /// <summary>EV-16: AWS does not yet.</summary>
    public const string TargetGroupUnverified = "TargetGroupUnverified";

    /// <summary>EV-16: AWS cannot be asked.</summary>
    public const string TargetGroupVerifyError = "TargetGroupVerifyError";

    /// <summary>EV-16.</summary>
    public const string LoadBalancerNotFound = "LoadBalancerNotFound";

    /// <summary>EV-30, ingress-nginx.</summary>
    public const string CreatingCanaryIngress = "CreatingCanaryIngress";

    /// <summary>EV-30, ingress-nginx.</summary>
    public const string PatchingCanaryIngress = "PatchingCanaryIngress";

    /// <summary>EV-30, AWS load balancer controller.</summary>
    public const string PatchingAlbIngress = "PatchingALBIngress";

    /// <summary>EV-32; the blank is part of it.</summary>
    public const string UpdatedVirtualService = "Updated VirtualService";

    /// <summary>EV-32.</summary>
    public const string UpdatedDestinationRule = "UpdatedDestinationRule";

    /// <summary>EV-32 and EV-33.</summary>
    public const string VirtualServiceNotFound = "VirtualServiceNotFound";

    /// <summary>EV-32.</summary>
    public const string DestinationRuleNotFound = "DestinationRuleNotFound";

    /// <summary>EV-33.</summary>
    public const string TrafficSplitCreated = "TrafficSplitCreated";

    /// <summary>EV-33.</summary>
    public const string TrafficSplitNotCreated = "TrafficSplitNotCreated";

    /// <summary>EV-33.</summary>
    public const string VirtualRouterNotFound = "VirtualRouterNotFound";

    /// <summary>EV-33.</summary>
    public const string VirtualNodeNotFound = "VirtualNodeNotFound";

    /// <summary>EV-35.</summary>
    public const string AmbassadorMappingNotFound = "AmbassadorMappingNotFound";

    /// <summary>EV-35.</summary>
    public const string AmbassadorMappingConfigError = "AmbassadorMappingConfigError";

    /// <summary>EV-35.</summary>
    public const string CanaryMappingCleanupError = "CanaryMappingCleanupError";

    /// <summary>EV-35.</summary>
    public const string CanaryMappingCreationError = "CanaryMappingCreationError";

    /// <summary>EV-35.</summary>
    public const string CanaryMappingUpdateError = "CanaryMappingUpdateError";

    /// <summary>EV-35.</summary>
    public const string CanaryMappingWeightUpdate = "CanaryMappingWeightUpdate";

    /// <summary>EV-36.</summary>
    public const string TraefikServiceUpdateError = "TraefikServiceUpdateError";

    /// <summary>EV-36.</summary>
    public const string ApisixRouteUpdateError = "ApisixRouteUpdateError";

    /// <summary>EV-36.</summary>
    public const string ApisixRouteCreateError = "ApisixRouteCreateError";

    /// <summary>EV-36.</summary>
    public const string ApisixRouteDeleteError = "ApisixRouteDeleteError";
}
