using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Experiments;

/// <summary>The merge patch that turns the status as seen into another one (RT-20). What is empty is left out, as in the reference.</summary>
internal static class ExperimentStatusPatch
{
    /// <summary>The patch with the version it assumes; null when nothing differs.</summary>
    public static JsonElement? Between(Experiment experiment, ExperimentStatus status)
    {
        // Nothing to do is the usual case, and JSON is dear. What was read as equal but is written oddly is not worth a write.
        if (IsSame(experiment.Status, status))
            return null;
        var patch = StatusPatch.Difference(experiment.Root.Member("status"), Fields(status));
        return patch.Count == 0 ? null : Patches.Of(experiment.Meta, new JsonObject { ["status"] = patch });
    }

    private static bool IsSame(ExperimentStatus one, ExperimentStatus other) =>
        one.Phase == other.Phase && one.Message == other.Message && one.AvailableAt == other.AvailableAt
        && one.Conditions.SequenceEqual(other.Conditions) && one.Templates.SequenceEqual(other.Templates) && one.Runs.SequenceEqual(other.Runs);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Fields(ExperimentStatus status)
    {
        yield return new("phase", StatusJson.Text(status.Phase.Text()));
        yield return new("message", StatusJson.Text(status.Message));
        yield return new("availableAt", StatusJson.Time(status.AvailableAt));
        yield return new("conditions", StatusJson.List(status.Conditions, StatusJson.Condition));
        yield return new("templateStatuses", StatusJson.List(status.Templates, Template));
        yield return new("analysisRuns", StatusJson.List(status.Runs, Run));
    }

    private static JsonObject Template(ExperimentTemplateStatus template) => StatusJson.Object(
        ("name", JsonValue.Create(template.Name)),
        ("replicas", JsonValue.Create(template.Replicas)),
        ("updatedReplicas", JsonValue.Create(template.UpdatedReplicas)),
        ("readyReplicas", JsonValue.Create(template.ReadyReplicas)),
        ("availableReplicas", JsonValue.Create(template.AvailableReplicas)),
        ("collisionCount", template.CollisionCount is { } count ? JsonValue.Create(count) : null),
        ("status", StatusJson.Text(template.Phase.Text())),
        ("message", StatusJson.Text(template.Message)),
        ("lastTransitionTime", StatusJson.Time(template.LastTransitionTime)),
        ("serviceName", StatusJson.Text(template.ServiceName)),
        ("podTemplateHash", StatusJson.Text(template.PodTemplateHash)));

    private static JsonObject Run(ExperimentRunStatus run) => StatusJson.Object(
        ("name", JsonValue.Create(run.Name)),
        ("analysisRun", JsonValue.Create(run.AnalysisRun)),
        ("phase", JsonValue.Create(run.Phase.Text())),
        ("message", StatusJson.Text(run.Message)));
}
