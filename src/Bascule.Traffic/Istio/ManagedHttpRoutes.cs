using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Istio;

/// <summary>The HTTP routes that steps ask for, which stand before all others in the order of their precedence (TR-IST-26 to TR-IST-28).</summary>
/// <param name="names">The names that are the controller's to use.</param>
/// <param name="wanted">The routes that shall exist.</param>
/// <param name="canary">Where they lead.</param>
internal sealed class ManagedHttpRoutes(ImmutableArray<string> names, ImmutableArray<ManagedRoute> wanted, Target canary)
{
    /// <summary>The list with exactly the wanted routes in it, and those of others as they were.</summary>
    /// <param name="http">The list as it is.</param>
    /// <param name="split">The first route that is split by weights, which a mirror route repeats; null for none.</param>
    public JsonArray Among(JsonArray http, JsonObject? split)
    {
        var others = http.Where(r => r.TextAt("name") is not { } name || !names.Contains(name)).Select(r => r?.DeepClone());
        return [.. wanted.Select(r => r.Header is { } header ? (JsonNode)Header(header, split) : Mirror(r.Mirror!, split)), .. others];
    }

    private JsonObject Header(SetHeaderRouteStep step, JsonObject? split) => new()
    {
        ["name"] = step.Name,

        // One entry suffices: matches of a route are alternatives.
        ["match"] = new JsonArray([.. step.Matches.Select(Match)]),
        ["route"] = new JsonArray(new JsonObject { ["destination"] = Destination(split), ["weight"] = 100 }),
    };

    private JsonObject Mirror(SetMirrorRouteStep step, JsonObject? split) => new()
    {
        ["name"] = step.Name,
        ["match"] = new JsonArray([.. step.Matches.Select(Match)]),
        ["route"] = split?["route"]?.DeepClone() ?? new JsonArray(),
        ["mirror"] = Destination(split),
        ["mirrorPercentage"] = new JsonObject { ["value"] = step.Percentage ?? 100 },
    };

    private JsonObject Destination(JsonObject? split)
    {
        var destination = new JsonObject { ["host"] = canary.Host };
        if (split.ObjectsAt("route").FirstOrDefault().ObjectAt("destination").ObjectAt("port").NumberAt("number") is { } port)
            destination["port"] = new JsonObject { ["number"] = port };
        if (canary.Subset.Length > 0)
            destination["subset"] = canary.Subset;
        return destination;
    }

    private static JsonObject Match(HeaderMatch match) => new() { ["headers"] = new JsonObject { [match.HeaderName] = Match(match.HeaderValue!) } };

    private static JsonObject Match(RouteMatch match)
    {
        var written = new JsonObject();
        if (match.Method is { } method)
            written["method"] = Match(method);
        if (match.Path is { } path)
            written["uri"] = Match(path);
        if (!match.Headers.IsEmpty)
            written["headers"] = new JsonObject(match.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)Match(h.Value))));
        return written;
    }

    private static JsonObject Match(StringMatch match)
    {
        var written = new JsonObject();
        if (match.Exact.Length > 0)
            written["exact"] = match.Exact;
        if (match.Regex.Length > 0)
            written["regex"] = match.Regex;
        if (match.Prefix.Length > 0)
            written["prefix"] = match.Prefix;
        return written;
    }
}
