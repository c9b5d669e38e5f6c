using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Writes statuses, and only what differs: an unchanged status costs nothing.</summary>
internal static class StatusWriter
{
    /// <summary>
    /// Makes the status of an object equal to <paramref name="status"/>; fields it lacks go away.
    /// </summary>
    /// <returns>The object as it is now; the very one passed in when there was nothing to write.</returns>
    /// <exception cref="KubeException">A conflict, when the object is no longer the one that was looked at.</exception>
    public static async Task<KubeObject> WriteAsync(IKubeClient client, ResourceType type, KubeObject seen, JsonObject status, CancellationToken cancellationToken)
    {
        if (MergePatch(seen.Root.At("status"), status) is not { } change)
            return seen;
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion },
            ["status"] = change,
        };
        return await client.PatchAsync(type, seen.Key, Patch.Merge(body), "status", cancellationToken);
    }

    /// <summary>The merge patch that turns one object into another; null when they are equal.</summary>
    public static JsonObject? MergePatch(JsonElement from, JsonObject to) => Difference(from, to.ToElement());

    private static JsonObject? Difference(JsonElement from, JsonElement to)
    {
        var patch = new JsonObject();
        if (from.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in from.EnumerateObject().Where(f => !to.At(f.Name).Exists()))
                patch[field.Name] = null;
        }

        foreach (var field in to.EnumerateObject())
        {
            var present = from.At(field.Name);
            if (present.ValueKind == JsonValueKind.Object && field.Value.ValueKind == JsonValueKind.Object)
            {
                if (Difference(present, field.Value) is { } inner)
                    patch[field.Name] = inner;
            }
            else if (!present.Exists() || !JsonElement.DeepEquals(present, field.Value))
            {
                patch[field.Name] = JsonNode.Parse(field.Value.GetRawText());
            }
        }

        return patch.Count == 0 ? null : patch;
    }
}
