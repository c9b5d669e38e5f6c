using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Makes the AnalysisRun of a place (NAME-9, NAME-11).</summary>
/// <param name="at">The situation.</param>
internal sealed class RunBuilder(Situation at)
{
    private readonly string revision = at.Rollout.Meta.Annotations.GetValueOrDefault(Annotations.Revision, "");

    /// <summary>The run's name, unless it is taken.</summary>
    public string Name(AnalysisPosition position) => $"{at.Rollout.Name}-{at.NewHash}-{revision}{position.Suffix}";

    /// <summary>What the run measures; null when that cannot be told, which validation has already said.</summary>
    public JsonElement? Spec(RolloutAnalysis analysis, AnalysisPosition position)
    {
        var path = AnalysisReferences.TemplatesPath(position.Place, position.StepIndex ?? 0);
        var built = AnalysisRunSpecs.Build(analysis, TemplateViews.Of(at.Seen.Templates), at.NewHash, at.StableHash, at.Rollout.Root, path);
        return built.Failed(out _) ? null : Patches.Element(built.Value);
    }

    /// <summary>The object to create.</summary>
    public JsonElement Body(string name, JsonElement spec, RolloutAnalysis analysis, AnalysisPosition position)
    {
        var labels = new JsonObject
        {
            [Labels.PodTemplateHash] = at.NewHash,
            [Labels.RolloutType] = position.Type,
        };
        if (position.StepIndex is { } index)
            labels[Labels.StepIndex] = Revisions.Text(index);
        if (at.Rollout.Meta.Labels.TryGetValue(Labels.InstanceId, out var instance))
            labels[Labels.InstanceId] = instance;
        foreach (var (key, value) in analysis.RunLabels.Concat(at.Spec.Selector!.MatchLabels))
            labels[key] = value;
        var annotations = new JsonObject { [Annotations.Revision] = revision };
        foreach (var (key, value) in analysis.RunAnnotations)
            annotations[key] = value;
        return Patches.Element(new JsonObject
        {
            ["apiVersion"] = Rollout.ApiVersion,
            ["kind"] = "AnalysisRun",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = at.Rollout.Meta.Namespace,
                ["labels"] = labels,
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(NewReplicaSet.OwnerReference(at.Rollout)),
            },
            ["spec"] = Patches.Node(spec),
        });
    }
}
