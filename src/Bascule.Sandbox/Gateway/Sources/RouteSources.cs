using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Sources;

/// <summary>The families that the gateway honours: to add one, add it here.</summary>
internal static class RouteSources
{
    private static readonly ImmutableArray<IRouteSource> s_all =
        [new IstioSource(), new HttpRouteSource(), new IngressSource(), new TraefikSource(), new ApisixSource(), new AmbassadorSource(), new SmiSource()];

    /// <summary>All types that some family reads.</summary>
    public static ImmutableArray<ResourceType> Types { get; } = [.. s_all.SelectMany(s => s.Types)];

    /// <summary>The rules of all routing objects.</summary>
    public static ImmutableArray<RouteRule> Read(RouteObjects objects) => [.. s_all.SelectMany(s => s.Read(objects)).Select(SmiSource.Split(objects))];
}
