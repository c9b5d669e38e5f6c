using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Traffic.Objects;

/// <summary>
/// The difference between two versions of an object as a JSON patch (RFC 6902) that names only what differs, so that
/// fields of others stay as they are even if we do not know them.
/// </summary>
internal static class JsonChanges
{
    /// <summary>The patch; it is refused with a conflict unless the object is still the one that was read.</summary>
    /// <param name="before">The object as it was read.</param>
    /// <param name="after">The object as it should be; its system fields do not matter.</param>
    public static JsonArray Between(KubeObject before, JsonObject after)
    {
        var patch = new JsonArray(Operation("replace", "/metadata/resourceVersion", before.ResourceVersion));
        Members(patch, "", before.ToNode(), after);
        return patch;
    }

    private static void Members(JsonArray patch, string path, JsonObject before, JsonObject after)
    {
        foreach (var (name, _) in before)
        {
            if (!after.ContainsKey(name))
                patch.Add((JsonNode)Operation("remove", At(path, name)));
        }

        foreach (var (name, wanted) in after)
        {
            if (!before.TryGetPropertyValue(name, out var present))
                patch.Add((JsonNode)Operation("add", At(path, name), wanted));
            else
                Value(patch, At(path, name), present, wanted);
        }
    }

    private static void Value(JsonArray patch, string path, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject present && after is JsonObject wanted)
        {
            Members(patch, path, present, wanted);
            return;
        }

        // Of lists of one length only the entries that differ; a list that grows or shrinks is said anew.
        if (before is not JsonArray items || after is not JsonArray others || items.Count != others.Count)
        {
            patch.Add((JsonNode)Operation("replace", path, after));
            return;
        }

        for (var i = 0; i < items.Count; i++)
            Value(patch, $"{path}/{i}", items[i], others[i]);
    }

    private static string At(string path, string name) =>
        $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static JsonObject Operation(string op, string path) => new() { ["op"] = op, ["path"] = path };

    private static JsonObject Operation(string op, string path, JsonNode? value) => new() { ["op"] = op, ["path"] = path, ["value"] = value?.DeepClone() };
}
