using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The merge patch that turns the status as seen into another one (RT-20).</summary>
internal static class StatusPatch
{
    /// <summary>Fields of <c>status.canary</c> and <c>status.blueGreen</c> that a canary without traffic routing does not use and therefore clears (STAT-29, TR-10).</summary>
    private static readonly string[] ForeignCanaryFields = ["currentExperiment", "weights"];
    private static readonly string[] BlueGreenFields = ["previewSelector", "activeSelector", "scaleUpPreviewCheckPoint", "prePromotionAnalysisRunStatus", "postPromotionAnalysisRunStatus"];

    /// <summary>The patch with the version it assumes; null when nothing differs.</summary>
    /// <param name="rollout">As it was seen.</param>
    /// <param name="status">The status it shall have.</param>
    /// <param name="leaveOtherStrategies">What other strategies recorded stays, because this pass does not run the Rollout.</param>
    public static JsonElement? Between(Rollout rollout, RolloutStatus status, bool leaveOtherStrategies = false)
    {
        var seen = rollout.Root.Member("status");
        var patch = Difference(seen, StatusJson.Fields(status));
        var canary = Difference(seen.Member("canary"), StatusJson.CanaryFields(status).Concat(leaveOtherStrategies ? [] : ForeignCanaryFields.Select(Cleared)));
        if (canary.Count > 0)
            patch["canary"] = canary;
        var blueGreen = Difference(seen.Member("blueGreen"), leaveOtherStrategies ? [] : BlueGreenFields.Select(Cleared));
        if (blueGreen.Count > 0)
            patch["blueGreen"] = blueGreen;
        return patch.Count == 0 ? null : Patches.Of(rollout.Meta, new JsonObject { ["status"] = patch });
    }

    private static KeyValuePair<string, JsonNode?> Cleared(string name) => new(name, null);

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

    /// <summary>A merge patch merges objects: what the new one lacks must be cleared by name.</summary>
    private static JsonObject Replace(JsonObject from, JsonObject to)
    {
        foreach (var (name, _) in from)
        {
            if (!to.ContainsKey(name))
                to[name] = null;
        }

        return to;
    }
}
