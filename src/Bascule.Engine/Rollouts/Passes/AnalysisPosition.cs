using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>One of the four places in which a Rollout runs analyses (KEY-11, NAME-9, LIFE-17).</summary>
/// <param name="Type">The value of the run's <c>rollout-type</c> label.</param>
/// <param name="Place">How validation names the place.</param>
/// <param name="Suffix">What the run's name ends with; empty for none.</param>
/// <param name="AbortCause">What a bad outcome gives as the reason of the abort.</param>
internal sealed record AnalysisPosition(string Type, AnalysisPlace Place, string Suffix, string AbortCause)
{
    public static readonly AnalysisPosition Background = new(RolloutTypes.Background, AnalysisPlace.Background, "", "Background analysis phase error/failed");

    public static readonly AnalysisPosition PrePromotion = new(RolloutTypes.PrePromotion, AnalysisPlace.PrePromotion, "-pre", "Blue/green pre-promotion analysis phase error/failed");

    public static readonly AnalysisPosition PostPromotion = new(RolloutTypes.PostPromotion, AnalysisPlace.PostPromotion, "-post", "Blue/green post-promotion analysis phase error/failed");

    /// <summary>The analysis of a step.</summary>
    /// <param name="index">The step, from 0.</param>
    public static AnalysisPosition Step(int index) =>
        new(RolloutTypes.Step, AnalysisPlace.Step, $"-{Revisions.Text(index)}", "Step-based analysis phase error/failed") { StepIndex = index };

    /// <summary>The step; null in the other places.</summary>
    public int? StepIndex { get; private init; }

    /// <summary>An analysis without templates measures nothing; it is as good as none, so that nobody waits for it (AR-10, BG-16).</summary>
    public static RolloutAnalysis? Real(RolloutAnalysis? analysis) => analysis is { Templates.IsEmpty: false } ? analysis : null;
}
