using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Makes pods from the template of a workload.</summary>
internal static class PodTemplate
{
    /// <summary>The pod to create for a workload; the API server completes the name.</summary>
    /// <param name="type">The workload's type.</param>
    /// <param name="owner">The workload.</param>
    public static JsonObject NewPod(ResourceType type, KubeObject owner)
    {
        var template = owner.ToNode()["spec"]?["template"] as JsonObject ?? [];
        var metadata = new JsonObject { ["generateName"] = owner.Name + "-" };
        foreach (var field in new[] { "labels", "annotations", "finalizers" })
        {
            if (template["metadata"]?[field] is { } value)
                metadata[field] = value.DeepClone();
        }

        metadata["ownerReferences"] = new JsonArray(Ownership.ControllerReference(type, owner));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone(),
        };
    }
}
