using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Experiments;

namespace Bascule.Engine.Experiments;

/// <summary>The metadata of what an Experiment makes for one of its versions (KEY-10).</summary>
internal static class ExperimentMetadata
{
    public static JsonObject For(Experiment experiment, string name, string template, JsonObject labels)
    {
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = experiment.Meta.Namespace,
            ["annotations"] = new JsonObject
            {
                [Annotations.ExperimentName] = experiment.Name,
                [Annotations.ExperimentTemplateName] = template,
            },
            ["ownerReferences"] = new JsonArray(OwnerReferences.Controller(Experiment.Kind, experiment.Meta)),
        };
        if (labels.Count > 0)
            metadata["labels"] = labels;
        return metadata;
    }
}
