using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Meta;

namespace Bascule.Engine.Rollouts;

/// <summary>Makes the bodies of effects.</summary>
internal static class Patches
{
    /// <summary>Asks an AnalysisRun or an Experiment to end. It names no version: the wish holds whatever else is written.</summary>
    public static JsonElement Terminate { get; } = JsonElement.Parse("""{"spec":{"terminate":true}}""");

    /// <summary>A merge patch that is refused unless the object is still as it was seen.</summary>
    public static JsonElement Of(ObjectMeta seen, JsonObject patch)
    {
        if (patch["metadata"] is not JsonObject metadata)
            patch["metadata"] = metadata = [];
        metadata["resourceVersion"] = seen.ResourceVersion;
        return Element(patch);
    }

    /// <summary>The object under a name, made if there is none.</summary>
    public static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child)
            return child;
        child = [];
        parent[name] = child;
        return child;
    }

    /// <summary>An immutable copy.</summary>
    public static JsonElement Element(JsonNode node) => node.ToElement();

    /// <summary>A mutable view.</summary>
    public static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element),
    };
}
