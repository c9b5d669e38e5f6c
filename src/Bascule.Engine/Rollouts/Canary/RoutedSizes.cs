using Bascule.Api.Rollouts.Steps;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>
/// How many pods the versions of a canary with traffic routing get (TR-1 to TR-8). Neither surge nor unavailability bound
/// them: the new version grows beside the stable one.
/// </summary>
internal static class RoutedSizes
{
    /// <summary>The sizes that new and stable get next.</summary>
    public static (int New, int Stable) Next(Situation at)
    {
        if (!at.TwoVersions)
            return (at.Replicas, 0);
        var (canary, stable) = ByWeight(at);
        return (AbortDelay.KeepsSize(at) ? AbortDelay.KeptSize(at) : canary, stable);
    }

    /// <summary>The pods that a weight stands for, rounded up.</summary>
    public static int Pods(Situation at, int weight) => (int)(((long)weight * at.Replicas + at.Canary.FullWeight - 1) / at.Canary.FullWeight);

    /// <summary>The user gave the new version a size of its own, whatever traffic it gets (TR-4).</summary>
    public static bool IsSetApart(Situation at) => SetCanaryScale(at) is not null;

    private static (int Canary, int Stable) ByWeight(Situation at)
    {
        var scale = SetCanaryScale(at);
        var weight = scale?.ScaleReplicas is not null ? 0 : scale?.ScaleWeight ?? CanarySizes.DesiredWeight(at);
        var canary = scale?.ScaleReplicas ?? AtLeastMinimum(at, Pods(at, weight));
        if (!at.Canary.DynamicStableScale)
            return (canary, at.Replicas);

        // Pods stay as long as their traffic does: what is recorded was set in an earlier pass.
        var stable = Pods(at, at.Canary.FullWeight - weight);
        if (at.Status.Weights is { } recorded)
        {
            // A version that was overtaken hands its users to the stable one first, which must be able to take them. The
            // incumbent sends them to a stable version that it has shrunk.
            stable = TrafficPlanning.IsLeavingAnotherVersion(at) ? at.Replicas : Math.Max(stable, Pods(at, recorded.Stable.Weight));
            if (at.Status.Abort)
                canary = Math.Max(canary, Pods(at, recorded.Canary.Weight));
        }

        return (AtLeastMinimum(at, canary), AtLeastMinimum(at, stable));
    }

    /// <summary>The step that sets the size apart from the weight; null when none is in force (TR-4).</summary>
    private static SetCanaryScaleStep? SetCanaryScale(Situation at)
    {
        if (CanarySizes.IsAllNew(at) || at.StepIndex is not { } index || index >= at.StepCount)
            return null;
        if (at.Status.Abort && at.Canary.AbortScaleDownDelaySeconds != 0)
            return null;
        for (var i = index; i >= 0; i--)
        {
            if (at.Canary.Steps[i].Part<SetCanaryScaleStep>() is { } step)
                return step.MatchTrafficWeight ? null : step;
        }

        return null;
    }

    /// <summary>SPEC-62.</summary>
    private static int AtLeastMinimum(Situation at, int count) =>
        count == 0 || at.Canary.MinPodsPerReplicaSet is not { } minimum ? count : Math.Max(count, Math.Min(minimum, at.Replicas));
}
