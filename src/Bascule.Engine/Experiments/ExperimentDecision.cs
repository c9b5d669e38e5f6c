using System.Collections.Immutable;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>What one pass over an Experiment does, when it looks again, and why.</summary>
/// <param name="Effects">To be carried out in order; the first failure ends the pass.</param>
/// <param name="LookAgainAfter">When to look again although nothing changed; null when only a change matters.</param>
/// <param name="Reasons">Why the Experiment stands where it stands; never empty.</param>
public sealed record ExperimentDecision(ImmutableArray<ExperimentEffect> Effects, TimeSpan? LookAgainAfter, ImmutableArray<Reason> Reasons);
