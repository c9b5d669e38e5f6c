using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;

namespace Bascule.Engine.Analysis;

/// <summary>The merge patch from one status to another (RT-20): lists whole, vanished fields as null.</summary>
internal static class StatusPatch
{
    /// <summary>The patch of the whole object, locked to the version seen; null when nothing changed.</summary>
    public static JsonElement? Between(JsonObject before, JsonObject after, string resourceVersion)
    {
        var difference = Difference(before, after);
        if (difference.Count == 0)
            return null;
        var patch = new JsonObject { ["status"] = difference };
        if (resourceVersion.Length > 0)
            patch["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion };
        return patch.ToElement();
    }

    private static JsonObject Difference(JsonObject before, JsonObject after)
    {
        var difference = new JsonObject();
        foreach (var (name, _) in before.Where(p => !after.ContainsKey(p.Key)))
            difference[name] = null;
        foreach (var (name, value) in after)
        {
            if (!before.TryGetPropertyValue(name, out var earlier))
                difference[name] = value?.DeepClone();
            else if (earlier is JsonObject earlierObject && value is JsonObject laterObject)
                SetUnlessEmpty(difference, name, Difference(earlierObject, laterObject));
            else if (!JsonNode.DeepEquals(earlier, value))
                difference[name] = value?.DeepClone();
        }

        return difference;
    }

    private static void SetUnlessEmpty(JsonObject difference, string name, JsonObject inner)
    {
        if (inner.Count > 0)
            difference[name] = inner;
    }
}
