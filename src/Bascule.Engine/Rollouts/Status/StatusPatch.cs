using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The merge patch that turns the status as seen into another one (RT-20).</summary>
internal static class StatusPatch
{
    /// <summary>The patch with the version it assumes; null when nothing differs.</summary>
    /// <param name="rollout">As it was seen.</param>
    /// <param name="status">The status it shall have. What another strategy recorded is not in it, and so is cleared (STAT-29).</param>
    public static JsonElement? Between(Rollout rollout, RolloutStatus status)
    {
        var seen = rollout.Root.Member("status");
        var changes = new FieldChanges(seen);
        Common(changes, rollout.Status, status);
        var canary = new FieldChanges(seen.Member("canary"));
        Canary(canary, rollout.Status, status);
        changes.Add("canary", canary);
        var blueGreen = new FieldChanges(seen.Member("blueGreen"));
        BlueGreen(blueGreen, rollout.Status.BlueGreen, status.BlueGreen);
        changes.Add("blueGreen", blueGreen);
        return changes.Patch is { } patch ? Patches.Of(rollout.Meta, new JsonObject { ["status"] = patch }) : null;
    }

    private static void Common(FieldChanges changes, RolloutStatus was, RolloutStatus now)
    {
        changes.Add("abort", was.Abort, now.Abort);
        changes.Add("pauseConditions", was.PauseConditions, now.PauseConditions, StatusJson.Pause);
        changes.Add("controllerPause", was.ControllerPause, now.ControllerPause);
        changes.Add("abortedAt", was.AbortedAt, now.AbortedAt, StatusJson.Time);
        changes.Add("currentPodHash", was.CurrentPodHash, now.CurrentPodHash, StatusJson.Text);
        changes.Add("currentStepHash", was.CurrentStepHash, now.CurrentStepHash, StatusJson.Text);
        changes.Add("replicas", was.Replicas, now.Replicas, StatusJson.Number);
        changes.Add("updatedReplicas", was.UpdatedReplicas, now.UpdatedReplicas, StatusJson.Number);
        changes.Add("readyReplicas", was.ReadyReplicas, now.ReadyReplicas, StatusJson.Number);
        changes.Add("availableReplicas", was.AvailableReplicas, now.AvailableReplicas, StatusJson.Number);
        changes.Add("currentStepIndex", was.CurrentStepIndex, now.CurrentStepIndex, StatusJson.Given);
        changes.Add("collisionCount", was.CollisionCount, now.CollisionCount, StatusJson.Given);
        changes.Add("observedGeneration", was.ObservedGeneration, now.ObservedGeneration, StatusJson.Text);
        changes.Add("conditions", was.Conditions, now.Conditions, StatusJson.Condition);
        changes.Add("HPAReplicas", was.HpaReplicas, now.HpaReplicas, StatusJson.Number);
        changes.Add("selector", was.Selector, now.Selector, StatusJson.Text);
        changes.Add("stableRS", was.StableRS, now.StableRS, StatusJson.Text);
        changes.Add("restartedAt", was.RestartedAt, now.RestartedAt, StatusJson.Time);
        changes.Add("promoteFull", was.PromoteFull, now.PromoteFull);
        changes.Add("phase", was.Phase, now.Phase, StatusJson.Text);
        changes.Add("message", was.Message, now.Message, StatusJson.Text);
        changes.Add("workloadObservedGeneration", was.WorkloadObservedGeneration, now.WorkloadObservedGeneration, StatusJson.Text);
        changes.Add("duration", was.Duration, now.Duration, StatusJson.Duration);
        changes.Add("alb", was.Alb, now.Alb);
        changes.Add("albs", was.Albs, now.Albs);
    }

    /// <summary>The fields of <c>status.canary</c>; all are absent for blue-green.</summary>
    private static void Canary(FieldChanges changes, RolloutStatus was, RolloutStatus now)
    {
        changes.Add("currentStepAnalysisRunStatus", was.StepAnalysisRun, now.StepAnalysisRun, StatusJson.Run);
        changes.Add("currentBackgroundAnalysisRunStatus", was.BackgroundAnalysisRun, now.BackgroundAnalysisRun, StatusJson.Run);
        changes.Add("currentExperiment", was.CurrentExperiment, now.CurrentExperiment, StatusJson.Text);
        changes.Add("weights", was.Weights, now.Weights, StatusJson.Weights);
        changes.Add("stablePingPong", was.StablePingPong, now.StablePingPong, StatusJson.Text);
        changes.Add("stepPluginStatuses", was.StepPluginStatuses, now.StepPluginStatuses, StatusJson.StepPlugin);
    }

    /// <summary>The fields of <c>status.blueGreen</c>; all are absent for a canary.</summary>
    private static void BlueGreen(FieldChanges changes, BlueGreenStatus was, BlueGreenStatus now)
    {
        changes.Add("previewSelector", was.PreviewSelector, now.PreviewSelector, StatusJson.Text);
        changes.Add("activeSelector", was.ActiveSelector, now.ActiveSelector, StatusJson.Text);
        changes.Add("scaleUpPreviewCheckPoint", was.ScaleUpPreviewCheckPoint, now.ScaleUpPreviewCheckPoint);
        changes.Add("prePromotionAnalysisRunStatus", was.PrePromotionAnalysisRun, now.PrePromotionAnalysisRun, StatusJson.Run);
        changes.Add("postPromotionAnalysisRunStatus", was.PostPromotionAnalysisRun, now.PostPromotionAnalysisRun, StatusJson.Run);
    }
}
