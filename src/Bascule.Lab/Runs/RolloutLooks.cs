using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;

namespace Bascule.Lab.Runs;

/// <summary>What the lab asks of a Rollout again and again.</summary>
internal static class RolloutLooks
{
    /// <summary>True when the controller has looked at this generation of the spec.</summary>
    public static bool HasObserved(this Rollout rollout, long generation) =>
        long.TryParse(rollout.Status.ObservedGeneration, CultureInfo.InvariantCulture, out var observed) && observed >= generation;

    /// <summary>True when one version is all there is, and all of it is available.</summary>
    public static bool IsSettled(this Rollout rollout) =>
        rollout.Status is { Phase: RolloutPhases.Healthy } status && status.StableRS == status.CurrentPodHash && status.AvailableReplicas >= rollout.Replicas;
}
