using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>The phase that a status stands for (PH-1 to PH-12).</summary>
public static class RolloutPhase
{
    /// <summary>Phase and message; the first rule that matches wins.</summary>
    public static (string Phase, string Message) Of(Rollout rollout, RolloutStatus status)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(status);
        foreach (var condition in status.Conditions)
        {
            if (condition.Type == ConditionTypes.InvalidSpec)
                return (RolloutPhases.Degraded, $"{ConditionTypes.InvalidSpec}: {condition.Message}");
            if (condition.Reason is ConditionReasons.Aborted or ConditionReasons.ProgressDeadlineExceeded)
                return (RolloutPhases.Degraded, $"{condition.Reason}: {condition.Message}");
        }

        if (rollout.Spec.Paused)
            return (RolloutPhases.Paused, "manually paused");
        if (!status.PauseConditions.IsEmpty)
            return (RolloutPhases.Paused, status.PauseConditions[0].Reason);
        if (rollout.Spec.RestartAt is { } restart && restart != status.RestartedAt)
            return (RolloutPhases.Progressing, "rollout is restarting");
        if (status.UpdatedReplicas < rollout.Replicas)
            return (RolloutPhases.Progressing, "more replicas need to be updated");
        if (status.AvailableReplicas < status.UpdatedReplicas)
            return (RolloutPhases.Progressing, "updated replicas are still becoming available");
        if (rollout.Spec.BlueGreen is { } blueGreen)
            return OfBlueGreen(blueGreen, status);
        if (rollout.Spec.Canary is { TrafficRouting: null } && status.Replicas > status.UpdatedReplicas)
            return (RolloutPhases.Progressing, "old replicas are pending termination");
        if (status.StableRS.Length == 0 || status.StableRS != status.CurrentPodHash)
            return (RolloutPhases.Progressing, "waiting for all steps to complete");
        return (RolloutPhases.Healthy, "");
    }

    /// <summary>PH-8, PH-9.</summary>
    private static (string Phase, string Message) OfBlueGreen(BlueGreenStrategy blueGreen, RolloutStatus status)
    {
        if (status.BlueGreen.ActiveSelector.Length == 0 || status.BlueGreen.ActiveSelector != status.CurrentPodHash)
            return (RolloutPhases.Progressing, "active service cutover pending");
        if (status.StableRS.Length > 0 && status.StableRS == status.CurrentPodHash)
            return (RolloutPhases.Healthy, "");
        var analysing = AnalysisPosition.Real(blueGreen.PostPromotionAnalysis) is not null
            && !AnalysisPhases.Parse(status.BlueGreen.PostPromotionAnalysisRun?.Status).IsCompleted();
        return (RolloutPhases.Progressing, analysing ? "waiting for analysis to complete" : "waiting for post-promotion verification to complete");
    }
}
