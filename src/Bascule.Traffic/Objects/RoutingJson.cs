using System.Text.Json.Nodes;

namespace Bascule.Traffic.Objects;

/// <summary>Reads and edits routing objects whose shape nobody promises.</summary>
internal static class RoutingJson
{
    /// <summary>The object under a name, made if there is none.</summary>
    public static JsonObject Child(this JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child)
            return child;
        child = [];
        parent[name] = child;
        return child;
    }

    /// <summary>The object under a name; null for none.</summary>
    public static JsonObject? ObjectAt(this JsonNode? parent, string name) => (parent as JsonObject)?[name] as JsonObject;

    /// <summary>The objects of the list under a name; none when there is no list.</summary>
    public static IEnumerable<JsonObject> ObjectsAt(this JsonNode? parent, string name) => ((parent as JsonObject)?[name] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The text under a name; null for none.</summary>
    public static string? TextAt(this JsonNode? parent, string name) =>
        (parent as JsonObject)?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The whole number under a name; null for none.</summary>
    public static long? NumberAt(this JsonNode? parent, string name) => (parent as JsonObject)?[name] is JsonValue value
        ? value.TryGetValue<long>(out var number) ? number : value.TryGetValue<double>(out var real) ? (long)real : null
        : null;

    /// <summary>Sets a weight where it differs, so that one that is written otherwise (0 that is left out, 20.0) stays as it is.</summary>
    public static void SetWeight(this JsonObject target, int weight)
    {
        if ((target.NumberAt("weight") ?? 0) != weight)
            target["weight"] = weight;
    }

    /// <summary>Sets a weight where it differs or is left out, for routers that give an entry without one a share of its own.</summary>
    public static void SetWrittenWeight(this JsonObject target, int weight)
    {
        if (target.NumberAt("weight") != weight)
            target["weight"] = weight;
    }

    /// <summary>Sets a text where it differs.</summary>
    public static void SetText(this JsonObject target, string name, string value)
    {
        if (target.TextAt(name) != value)
            target[name] = value;
    }
}
