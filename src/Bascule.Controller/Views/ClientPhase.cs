using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Controller.Views;

/// <summary>The phase and message that a client shows (PH-20, PH-21): the stored one, unless the controller has yet to react or has never stored one.</summary>
/// <param name="Phase">A value of <see cref="RolloutPhases"/>.</param>
/// <param name="Message">Why.</param>
public readonly record struct ClientPhase(string Phase, string Message)
{
    /// <summary>Reads it off a Rollout.</summary>
    public static ClientPhase Of(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var status = rollout.Status;
        if (long.TryParse(status.ObservedGeneration, NumberStyles.None, CultureInfo.InvariantCulture, out var observed) && observed < rollout.Meta.Generation)
            return new(RolloutPhases.Progressing, "waiting for rollout spec update to be observed");
        if (rollout.Meta.Annotations.TryGetValue(Annotations.WorkloadGeneration, out var workload) && workload != status.WorkloadObservedGeneration
            && (rollout.Spec.WorkloadRef is not null || status.WorkloadObservedGeneration.Length > 0))
            return new(RolloutPhases.Progressing, "waiting for rollout spec update to be observed for the reference workload");
        if (status.ControllerPause && status.PauseConditions.IsEmpty)
            return new(RolloutPhases.Progressing, "waiting for rollout to unpause");
        if (status.Phase.Length > 0)
            return new(status.Phase, status.Message);
        var (phase, message) = RolloutPhase.Of(rollout, status);
        return new(phase, phase == RolloutPhases.Progressing && status.ObservedGeneration.Length == 0 ? "waiting for a controller to look at the rollout" : message);
    }
}
