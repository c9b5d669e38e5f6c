using System.Collections.Immutable;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>The closed set of <see cref="TrafficRouter"/> and its names in a manifest.</summary>
public static class TrafficRouters
{
    /// <summary>All of them, in the order in which they are driven (SPEC-71).</summary>
    public static readonly ImmutableArray<TrafficRouter> All = [.. Enum.GetValues<TrafficRouter>()];

    /// <summary>The field of <c>trafficRouting</c> that configures it.</summary>
    public static string FieldName(this TrafficRouter router) => router switch
    {
        TrafficRouter.Istio => "istio",
        TrafficRouter.Nginx => "nginx",
        TrafficRouter.Alb => "alb",
        TrafficRouter.Smi => "smi",
        TrafficRouter.Ambassador => "ambassador",
        TrafficRouter.AppMesh => "appMesh",
        TrafficRouter.Traefik => "traefik",
        TrafficRouter.Apisix => "apisix",
        TrafficRouter.GatewayApi => "gatewayAPI",
        TrafficRouter.Plugins => "plugins",
    };
}
