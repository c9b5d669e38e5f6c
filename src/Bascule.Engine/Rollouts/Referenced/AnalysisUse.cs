using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Referenced;

/// <summary>An analysis of a Rollout's own; those of experiment steps are the Experiment's matter.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Step">The step, for one of a step; otherwise 0.</param>
/// <param name="Analysis">What it says.</param>
internal sealed record AnalysisUse(AnalysisPlace Place, int Step, RolloutAnalysis Analysis)
{
    /// <summary>The analyses of a spec, in the order in which they are validated.</summary>
    public static ImmutableArray<AnalysisUse> Of(RolloutSpec spec)
    {
        IEnumerable<(AnalysisPlace Place, int Step, RolloutAnalysis? Analysis)> places = spec switch
        {
            { BlueGreen: { } blueGreen } => [(AnalysisPlace.PrePromotion, 0, blueGreen.PrePromotionAnalysis), (AnalysisPlace.PostPromotion, 0, blueGreen.PostPromotionAnalysis)],
            { Canary: { } canary } => canary.Steps.Select((step, i) => (AnalysisPlace.Step, i, step.Part<AnalysisStep>()?.Analysis)).Append((AnalysisPlace.Background, 0, canary.Analysis)),
            _ => [],
        };
        return [.. places.Where(p => p.Analysis is not null).Select(p => new AnalysisUse(p.Place, p.Step, p.Analysis!))];
    }
}
