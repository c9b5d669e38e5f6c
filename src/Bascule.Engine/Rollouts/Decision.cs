using System.Collections.Immutable;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Plugins;

namespace Bascule.Engine.Rollouts;

/// <summary>What one pass does, when it looks again, and why.</summary>
/// <param name="Effects">To be carried out in order; the first failure ends the pass.</param>
/// <param name="LookAgainAfter">When to look again although nothing changed; null when only a change matters.</param>
/// <param name="Reasons">Why the Rollout stands where it stands; never empty.</param>
public sealed record Decision(ImmutableArray<Effect> Effects, TimeSpan? LookAgainAfter, ImmutableArray<Reason> Reasons)
{
    /// <summary>
    /// True when the pass found the Rollout unfit to run (RT-14): the caller retries with its back-off if
    /// <see cref="LookAgainAfter"/> is not set.
    /// </summary>
    public bool Invalid { get; init; }

    /// <summary>
    /// A step plugin to be called now, and then to decide again about the same observation with
    /// <see cref="RolloutObservation.PluginAnswer"/>; null when none is due. Never set beside effects: when a plugin is
    /// called, all else is in place, and only the record of its answer is left to be written.
    /// </summary>
    public StepPluginCall? PluginCall { get; init; }

    /// <summary>
    /// AnalysisRuns that the status names, that the observation does not have, and whose place this decision gives to new
    /// ones. A cache may be behind or leave them out: those that exist belong into
    /// <see cref="RolloutObservation.AnalysisRuns"/>, to decide again (AR-9). Empty where nothing depends on them.
    /// </summary>
    public ImmutableArray<string> RunsMissed { get; init; } = [];
}
