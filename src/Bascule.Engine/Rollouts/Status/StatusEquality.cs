using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>Compares what two statuses say; record equality does not look into lists and raw JSON.</summary>
internal static class StatusEquality
{
    /// <summary>True when both would be written alike.</summary>
    public static bool Same(RolloutStatus one, RolloutStatus other) =>
        SameCounts(one, other)
        && SameWords(one, other)
        && SameLife(one, other)
        && one.StepAnalysisRun == other.StepAnalysisRun
        && one.BackgroundAnalysisRun == other.BackgroundAnalysisRun
        && one.BlueGreen == other.BlueGreen
        && one.Duration == other.Duration
        && SameList(one.Conditions, other.Conditions)
        && SameList(one.PauseConditions, other.PauseConditions)
        && SameList(one.StepPluginStatuses, other.StepPluginStatuses)
        && SameWeights(one.Weights, other.Weights)
        && SameJson(one.Alb, other.Alb)
        && SameJson(one.Albs, other.Albs);

    private static bool SameCounts(RolloutStatus one, RolloutStatus other) =>
        one.Replicas == other.Replicas
        && one.UpdatedReplicas == other.UpdatedReplicas
        && one.ReadyReplicas == other.ReadyReplicas
        && one.AvailableReplicas == other.AvailableReplicas
        && one.HpaReplicas == other.HpaReplicas
        && one.CollisionCount == other.CollisionCount
        && one.CurrentStepIndex == other.CurrentStepIndex;

    private static bool SameWords(RolloutStatus one, RolloutStatus other) =>
        one.ObservedGeneration == other.ObservedGeneration
        && one.CurrentPodHash == other.CurrentPodHash
        && one.StableRS == other.StableRS
        && one.CurrentStepHash == other.CurrentStepHash
        && one.Selector == other.Selector
        && one.Phase == other.Phase
        && one.Message == other.Message
        && one.CurrentExperiment == other.CurrentExperiment
        && one.StablePingPong == other.StablePingPong
        && one.WorkloadObservedGeneration == other.WorkloadObservedGeneration;

    private static bool SameLife(RolloutStatus one, RolloutStatus other) =>
        one.Abort == other.Abort
        && one.AbortedAt == other.AbortedAt
        && one.ControllerPause == other.ControllerPause
        && one.PromoteFull == other.PromoteFull
        && one.RestartedAt == other.RestartedAt;

    /// <summary>A list that was carried over is the same array; only another one is looked into.</summary>
    private static bool SameList<T>(ImmutableArray<T> one, ImmutableArray<T> other) => one == other || one.SequenceEqual(other);

    private static bool SameWeights(TrafficWeights? one, TrafficWeights? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Canary == other.Canary && one.Stable == other.Stable && one.Verified == other.Verified && SameList(one.Additional, other.Additional));

    private static bool SameJson(JsonElement? one, JsonElement? other) =>
        one is { } a && other is { } b ? JsonElement.DeepEquals(a, b) : one is null && other is null;
}
