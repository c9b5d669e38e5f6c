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
        var was = experiment.Status;
        var changes = new FieldChanges(experiment.Root.Member("status"));
        changes.Add("phase", was.Phase.Text(), status.Phase.Text(), StatusJson.Text);
        changes.Add("message", was.Message, status.Message, StatusJson.Text);
        changes.Add("availableAt", was.AvailableAt, status.AvailableAt, StatusJson.Time);
        changes.Add("conditions", was.Conditions, status.Conditions, StatusJson.Condition);
        changes.Add("templateStatuses", was.Templates, status.Templates, Template);
        changes.Add("analysisRuns", was.Runs, status.Runs, Run);
        return changes.Patch is { } patch ? Patches.Of(experiment.Meta, new JsonObject { ["status"] = patch }) : null;
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
