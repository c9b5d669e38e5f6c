using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Makes pods from the template of a workload.</summary>
internal static class PodTemplate
{
    /// <summary>The pod to create for a ReplicaSet; the API server completes the name.</summary>
    public static JsonObject NewPod(KubeObject set)
    {
        var template = set.ToNode()["spec"]?["template"] as JsonObject ?? [];
        var metadata = new JsonObject { ["generateName"] = set.Name + "-" };
        foreach (var field in new[] { "labels", "annotations", "finalizers" })
        {
            if (template["metadata"]?[field] is { } value)
                metadata[field] = value.DeepClone();
        }

        metadata["ownerReferences"] = new JsonArray(Ownership.ControllerReference(ResourceTypes.ReplicaSets, set));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone(),
        };
    }
}
