using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>The paths of header routes: where annotations act instead of a Service (TR-ALB-11).</summary>
internal static class AlbPaths
{
    /// <summary>Makes every rule begin with a path of a route, unless a rule has one.</summary>
    public static void Ensure(JsonObject ingress, string route)
    {
        if (IngressJson.LeadsTo(ingress, route))
            return;
        foreach (var paths in Lists(ingress))
            paths.Insert(0, Path(route));
    }

    /// <summary>Removes the paths of a route.</summary>
    public static void Remove(JsonObject ingress, string route)
    {
        foreach (var paths in Lists(ingress))
            paths.RemoveAll(path => Route(path) == route);
    }

    /// <summary>Puts the paths of routes first, in the order of their names; all others keep theirs.</summary>
    public static void Sort(JsonObject ingress, ImmutableArray<string> names)
    {
        foreach (var paths in Lists(ingress))
        {
            var sorted = paths.OrderBy(path => names.IndexOf(Route(path) ?? "") is >= 0 and var place ? place : names.Length).ToList();
            if (sorted.SequenceEqual(paths))
                continue;
            paths.Clear();
            foreach (var path in sorted)
                paths.Add(path);
        }
    }

    private static List<JsonArray> Lists(JsonObject ingress) =>
        [.. IngressJson.RulesOf(ingress).Select(rule => rule.ObjectAt("http")?["paths"]).OfType<JsonArray>()];

    private static string? Route(JsonNode? path) => path is JsonObject of ? IngressJson.ServiceOf(of) : null;

    private static JsonObject Path(string route) => new()
    {
        ["path"] = "/*",
        ["pathType"] = "ImplementationSpecific",
        ["backend"] = new JsonObject
        {
            ["service"] = new JsonObject { ["name"] = route, ["port"] = new JsonObject { ["name"] = "use-annotation" } },
        },
    };
}
