using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>Writes the ReplicaSets that a Deployment's decision wants.</summary>
internal static class ReplicaSetBody
{
    /// <summary>The ReplicaSet to create for a template.</summary>
    public static JsonObject New(DeploymentFacts deployment, ReplicaSetState set)
    {
        var hash = set.Name[(deployment.Object.Name.Length + 1)..];
        var template = (JsonObject)JsonNode.Parse(set.Template.GetRawText())!;
        var selector = (JsonObject)JsonNode.Parse(deployment.Selector.GetRawText())!;
        Child(Child(template, "metadata"), "labels")[TemplateIdentity.HashLabel] = hash;
        Child(selector, "matchLabels")[TemplateIdentity.HashLabel] = hash;
        return new JsonObject
        {
            ["apiVersion"] = ResourceTypes.ReplicaSets.ApiVersion,
            ["kind"] = ResourceTypes.ReplicaSets.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = set.Name,
                ["namespace"] = deployment.Object.Namespace,
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["annotations"] = Annotations(set),
                ["ownerReferences"] = new JsonArray(Ownership.ControllerReference(ResourceTypes.Deployments, deployment.Object)),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = set.Replicas,
                ["minReadySeconds"] = set.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = template,
            },
        };
    }

    /// <summary>The merge patch that makes a ReplicaSet what is wanted, if it still is the one that was seen.</summary>
    public static JsonObject Change(ReplicaSetState set, KubeObject seen)
    {
        var annotations = new JsonObject();
        foreach (var (name, value) in set.Annotations)
        {
            if (seen.Annotations.GetValueOrDefault(name) != value)
                annotations[name] = value;
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = seen.ResourceVersion, ["annotations"] = annotations },
            ["spec"] = new JsonObject { ["replicas"] = set.Replicas, ["minReadySeconds"] = set.MinReadySeconds },
        };
    }

    private static JsonObject Annotations(ReplicaSetState set)
    {
        var annotations = new JsonObject();
        foreach (var (name, value) in set.Annotations)
            annotations[name] = value;
        return annotations;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
            parent[name] = child = [];
        return child;
    }
}
