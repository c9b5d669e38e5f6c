using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The merge patch that turns the status as seen into another one (RT-20).</summary>
internal static class StatusPatch
{
    /// <summary>The patch with the version it assumes; null when nothing differs.</summary>
    /// <param name="rollout">As it was seen.</param>
    /// <param name="status">The status it shall have. What another strategy recorded is not in it, and so is cleared (STAT-29).</param>
    public static JsonElement? Between(Rollout rollout, RolloutStatus status)
    {
        // At rest the pass comes to the very status that it saw, and most passes are at rest.
        if (StatusEquality.Same(rollout.Status, status))
            return null;
        var seen = rollout.Root.Member("status");
        var patch = Difference(seen, StatusJson.Fields(status));
        AddDifference(patch, "canary", seen, StatusJson.CanaryFields(status));
        AddDifference(patch, "blueGreen", seen, StatusJson.BlueGreenFields(status.BlueGreen));
        return patch.Count == 0 ? null : Patches.Of(rollout.Meta, new JsonObject { ["status"] = patch });
    }

    private static void AddDifference(JsonObject patch, string name, JsonElement seen, IEnumerable<KeyValuePair<string, JsonNode?>> wanted)
    {
        if (Difference(seen.Member(name), wanted) is { Count: > 0 } difference)
            patch[name] = difference;
    }

    /// <summary>What must change in an object for it to have these fields; a null value means that it must not have the field.</summary>
    internal static JsonObject Difference(JsonElement seen, IEnumerable<KeyValuePair<string, JsonNode?>> wanted)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            var present = seen.Raw(name);
            var old = present is { } found ? Patches.Node(found) : null;
            if (!JsonNode.DeepEquals(old, value))
                patch[name] = old is JsonObject from && value is JsonObject to ? Replace(from, to) : value;
        }

        return patch;
    }

    /// <summary>A merge patch merges objects: what the new one lacks must be cleared by name, in depth.</summary>
    private static JsonObject Replace(JsonObject from, JsonObject to)
    {
        foreach (var (name, old) in from)
        {
            if (!to.TryGetPropertyValue(name, out var value))
                to[name] = null;
            else if (old is JsonObject inner && value is JsonObject wanted)
                Replace(inner, wanted);
        }

        return to;
    }
}
