using System.Collections.Immutable;
using Bascule.Engine.Analysis.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Analysis;

/// <summary>What to do about an AnalysisRun.</summary>
/// <param name="Effects">What to do, in order; empty at the fixpoint.</param>
/// <param name="LookAgainAfter">When to decide again if nothing changes before; null when only a change matters.</param>
/// <param name="Reasons">Why.</param>
public sealed record AnalysisDecision(ImmutableArray<AnalysisEffect> Effects, TimeSpan? LookAgainAfter, ImmutableArray<Reason> Reasons);
