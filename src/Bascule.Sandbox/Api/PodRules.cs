using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>A pod begins Pending, and most of its spec never changes.</summary>
internal sealed class PodRules : KindRules
{
    private static readonly string[] s_counted = ["cpu", "memory"];

    public override void Create(JsonObject obj, RuleContext context) =>
        obj["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(obj.Object("spec")) };

    public override IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old)
    {
        if (old is not null && !JsonNode.DeepEquals(Fixed(next), Fixed(old)))
        {
            yield return FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        }
    }

    private static JsonObject? Fixed(JsonObject pod)
    {
        if (pod.Object("spec")?.DeepClone() is not JsonObject spec)
            return null;
        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
            spec.Remove(field);
        foreach (var container in (spec.Array("containers") ?? []).Concat(spec.Array("initContainers") ?? []).OfType<JsonObject>())
            container.Remove("image");
        return spec;
    }

    private static string QualityOfService(JsonObject? spec)
    {
        var resources = (spec.Array("containers") ?? []).Concat(spec.Array("initContainers") ?? []).Select(c => (c as JsonObject).Object("resources")).ToList();
        if (resources.TrueForAll(r => r.Object("limits") is not { Count: > 0 } && r.Object("requests") is not { Count: > 0 }))
            return "BestEffort";
        var guaranteed = resources.TrueForAll(r => s_counted.All(name =>
            r.Object("limits")?[name] is { } limit && (r.Object("requests")?[name] is not { } request || JsonNode.DeepEquals(limit, request))));
        return guaranteed ? "Guaranteed" : "Burstable";
    }
}
