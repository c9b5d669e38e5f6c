using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Experiments;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Experiments;

/// <summary>The ReplicaSet of a version of an Experiment: its body, and which of those that exist it is (EX-4, EX-5).</summary>
internal static class ExperimentReplicaSet
{
    /// <summary>The ReplicaSets of a version: those that carry its name, or stand at its name without carrying any.</summary>
    public static IEnumerable<ReplicaSetView> Of(ExperimentObservation seen, string template) =>
        from rs in Owned(seen)
        let carried = TemplateOf(rs)
        where carried is null ? rs.Name == ExperimentNames.ReplicaSet(seen.Experiment.Name, template) : carried == template
        select rs;

    /// <summary>The ReplicaSets that the Experiment controls.</summary>
    public static IEnumerable<ReplicaSetView> Owned(ExperimentObservation seen) => seen.ReplicaSets.Where(r => r.Meta.ControllerUid == seen.Experiment.Meta.Uid);

    /// <summary>
    /// How many names are taken by somebody else's ReplicaSets. The reference tries the same name for ever, because the
    /// hash that a collision changes is not part of it (the defect of EX-5); with a number behind it a name is found.
    /// </summary>
    public static int Collisions(ExperimentObservation seen, string template)
    {
        var collision = 0;
        while (seen.ReplicaSets.Any(r => r.Name == ExperimentNames.ReplicaSet(seen.Experiment.Name, template, collision)))
            collision++;
        return collision;
    }

    /// <summary>The object to create; without pods, as the status has to know of it first.</summary>
    public static JsonElement Body(Experiment experiment, ExperimentTemplate template, int collision)
    {
        var pod = template.Template.ValueKind == JsonValueKind.Object ? JsonObject.Create(template.Template.Clone())! : [];
        var labels = Child(Child(pod, "metadata"), "labels");
        // A template that was copied from a Rollout's ReplicaSet brings the hash of that one.
        labels.Remove(Labels.PodTemplateHash);
        var hash = VersionHash.OfPodTemplate(Patches.Element(pod), collision == 0 ? null : collision);
        labels[Labels.PodTemplateHash] = hash;
        var selector = template.Selector is { } found ? JsonObject.Create(found.Clone())! : [];
        Child(selector, "matchLabels")[Labels.PodTemplateHash] = hash;
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = ExperimentMetadata.For(experiment, ExperimentNames.ReplicaSet(experiment.Name, template.Name, collision), template.Name, (JsonObject)labels.DeepClone()),
            ["spec"] = new JsonObject
            {
                ["replicas"] = 0,
                ["minReadySeconds"] = template.MinReadySeconds,
                ["selector"] = selector,
                ["template"] = pod,
            },
        });
    }

    /// <summary>The version that a ReplicaSet says it belongs to; null when it says nothing.</summary>
    public static string? TemplateOf(ReplicaSetView rs) => rs.Meta.Annotations.GetValueOrDefault(Annotations.ExperimentTemplateName);

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child)
            return child;
        child = [];
        parent[name] = child;
        return child;
    }
}
