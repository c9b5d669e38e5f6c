using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Controller.Plugins;

/// <summary>Does one kind of canary step. Keeps nothing between calls but what it answers as its state.</summary>
public interface IStepPlugin
{
    /// <summary>The name in <c>steps[].plugin.name</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Begins the work of a step or says how far it is (<see cref="StepPluginOperation.Run"/>), ends it, or undoes it. The
    /// same call may come twice.
    /// </summary>
    /// <param name="rollout">The Rollout as it was seen.</param>
    /// <param name="call">What is asked.</param>
    /// <param name="cancellationToken">Ends the call: the controller stops, or has waited for long enough.</param>
    /// <exception cref="StepPluginException">The call went wrong; a run is tried again (SP-3).</exception>
    Task<StepPluginAnswer> CallAsync(Rollout rollout, StepPluginCall call, CancellationToken cancellationToken);
}
