using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.GatewayApi;

/// <summary>What a Rollout says to the Gateway API's router, in the words of the plugin (TR-GW-01).</summary>
internal sealed record GatewayApiSettings
{
    private const string DefaultLabel = "rollouts.argoproj.io/gatewayapi-canary";
    private const string DefaultLabelValue = "in-progress";

    /// <summary>Where the routes are; null for the Rollout's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The routes by name, and by labels.</summary>
    public required ImmutableArray<RouteChoice> Routes { get; init; }

    /// <summary>The label of routes that send anybody to the canary; null for none.</summary>
    public (string Key, string Value)? InProgress { get; init; }

    /// <summary>Reads the settings; what is not as it should be is left out.</summary>
    /// <param name="settings">The plugin's member of <c>trafficRouting.plugins</c>.</param>
    /// <param name="types">The types of routes.</param>
    public static GatewayApiSettings Read(JsonElement settings, RoutingTypes types)
    {
        (string Field, ResourceType Type)[] kinds = [("httpRoute", types.HttpRoutes), ("grpcRoute", types.GrpcRoutes), ("tcpRoute", types.TcpRoutes), ("tlsRoute", types.TlsRoutes)];
        return new()
        {
            Namespace = settings.Text("namespace") is { Length: > 0 } space ? space : null,
            Routes = [.. kinds.SelectMany(k => Choices(settings, k.Field, k.Type))],
            InProgress = settings.Bool("disableInProgressLabel") == true
                ? null
                : (settings.Text("inProgressLabelKey") is { Length: > 0 } key ? key : DefaultLabel, settings.Text("inProgressLabelValue") is { Length: > 0 } value ? value : DefaultLabelValue),
        };
    }

    private static IEnumerable<RouteChoice> Choices(JsonElement settings, string field, ResourceType type)
    {
        // The short form implies what the list has to say.
        if (settings.Text(field) is { Length: > 0 } one)
            yield return new RouteChoice(type, one, null, WithHeaderRoutes: true);
        foreach (var route in settings.Items($"{field}s"))
        {
            if (route.Text("name") is { Length: > 0 } name)
                yield return new RouteChoice(type, name, null, route.Bool("useHeaderRoutes") == true);
        }

        if (settings.MemberOrNull($"{field}Selector") is { } selector)
            yield return new RouteChoice(type, null, LabelSelector.Read(selector), WithHeaderRoutes: false);
    }
}

/// <summary>Routes of one type that are split.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Name">The one route; null when labels say which.</param>
/// <param name="Selector">The labels; null when there is a name.</param>
/// <param name="WithHeaderRoutes">They take rules for headers as well.</param>
internal sealed record RouteChoice(ResourceType Type, string? Name, LabelSelector? Selector, bool WithHeaderRoutes);
