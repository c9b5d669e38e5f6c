using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Controller.Views;

namespace Bascule.Lab.Canary;

/// <summary>The rollout at one moment.</summary>
/// <param name="At">When, since the lab began.</param>
/// <param name="Rollout">The Rollout.</param>
/// <param name="View">Its view, as every verb shows it.</param>
/// <param name="Explanation">Why it stands where it stands; null when no decision could be taken.</param>
/// <param name="Runs">Its analysis runs, oldest first.</param>
public sealed record LabLook(TimeSpan At, Rollout Rollout, RolloutView View, RolloutExplanation? Explanation, ImmutableArray<AnalysisRun> Runs)
{
    /// <summary>Pods of the version on its way to the users; none when there is no such version.</summary>
    public int CanaryPods => View.ReplicaSets.Where(r => r.Tags.Contains("canary")).Sum(r => r.Replicas);
}
