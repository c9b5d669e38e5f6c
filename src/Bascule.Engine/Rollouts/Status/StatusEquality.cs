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
        SameList(one.Conditions, other.Conditions)
        && SameList(one.PauseConditions, other.PauseConditions)
        && SameList(one.StepPluginStatuses, other.StepPluginStatuses)
        && SameWeights(one.Weights, other.Weights)
        && SameJson(one.Alb, other.Alb)
        && SameJson(one.Albs, other.Albs)
        && Simple(one) == Simple(other);

    /// <summary>The status without what has just been compared.</summary>
    private static RolloutStatus Simple(RolloutStatus status) =>
        status with { Conditions = [], PauseConditions = [], StepPluginStatuses = [], Weights = null, Alb = null, Albs = null };

    /// <summary>A list that was carried over is the same array; only another one is looked into.</summary>
    private static bool SameList<T>(ImmutableArray<T> one, ImmutableArray<T> other) => one == other || one.SequenceEqual(other);

    private static bool SameWeights(TrafficWeights? one, TrafficWeights? other) =>
        ReferenceEquals(one, other)
        || (one is not null && other is not null && one.Canary == other.Canary && one.Stable == other.Stable && one.Verified == other.Verified && SameList(one.Additional, other.Additional));

    private static bool SameJson(JsonElement? one, JsonElement? other) =>
        one is { } a && other is { } b ? JsonElement.DeepEquals(a, b) : one is null && other is null;
}
