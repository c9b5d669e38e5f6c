using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>
/// What a Rollout says to the Gateway API's router: the object <c>gatewayAPI</c> of <c>trafficRouting</c>, or in the same
/// words that of the plugin which the incumbent needs (TR-GW-01).
/// </summary>
public sealed record GatewayApiRouting
{
    /// <summary>The plugin's name.</summary>
    public const string Plugin = "argoproj-labs/gatewayAPI";

    private const string DefaultLabel = "rollouts.argoproj.io/gatewayapi-canary";
    private const string DefaultLabelValue = "in-progress";

    /// <summary>Where the routes are; null for the Rollout's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The routes by name, and by labels, in the order in which they are changed.</summary>
    public ImmutableArray<GatewayApiRoutes> Routes { get; init; } = [];

    /// <summary>The label of routes that send anybody to the canary; null for none.</summary>
    public (string Key, string Value)? InProgress { get; init; }

    /// <summary>The entries of lists that name no route, such as <c>httpRoutes[0]</c>.</summary>
    public ImmutableArray<string> Nameless { get; init; } = [];

    /// <summary>Reads either object; what is not as it should be is left out.</summary>
    public static GatewayApiRouting Read(JsonElement settings) => new()
    {
        Namespace = settings.Text("namespace") is { Length: > 0 } space ? space : null,
        Routes = [.. Enum.GetValues<GatewayApiKind>().SelectMany(kind => RoutesOf(settings, kind))],
        InProgress = settings.Bool("disableInProgressLabel") == true
            ? null
            : (settings.Text("inProgressLabelKey") is { Length: > 0 } key ? key : DefaultLabel, settings.Text("inProgressLabelValue") is { Length: > 0 } value ? value : DefaultLabelValue),
        Nameless = [.. Enum.GetValues<GatewayApiKind>().SelectMany(kind => NamelessOf(settings, $"{kind.FieldName()}s"))],
    };

    private static IEnumerable<GatewayApiRoutes> RoutesOf(JsonElement settings, GatewayApiKind kind)
    {
        var field = kind.FieldName();

        // The short form implies what the list has to say.
        if (settings.Text(field) is { Length: > 0 } one)
            yield return new GatewayApiRoutes(kind, one, null, WithHeaderRoutes: true);
        foreach (var route in settings.Items($"{field}s"))
        {
            if (route.Text("name") is { Length: > 0 } name)
                yield return new GatewayApiRoutes(kind, name, null, route.Bool("useHeaderRoutes") == true);
        }

        if (settings.MemberOrNull($"{field}Selector") is { } selector)
            yield return new GatewayApiRoutes(kind, null, LabelSelector.Read(selector), WithHeaderRoutes: false);
    }

    private static IEnumerable<string> NamelessOf(JsonElement settings, string list) =>
        settings.Items(list).Select((route, i) => (Route: route, Index: i)).Where(e => e.Route.Text("name") is not { Length: > 0 }).Select(e => $"{list}[{e.Index}]");
}

/// <summary>Routes of one kind that are split.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Name">The one route; null when labels say which.</param>
/// <param name="Selector">The labels; null when there is a name.</param>
/// <param name="WithHeaderRoutes">They take rules for headers as well.</param>
public sealed record GatewayApiRoutes(GatewayApiKind Kind, string? Name, LabelSelector? Selector, bool WithHeaderRoutes);
