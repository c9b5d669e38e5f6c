using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Run an analysis to its end (STEP-5).</summary>
public sealed record AnalysisStep : CanaryStep
{
    /// <summary>What to run.</summary>
    public required RolloutAnalysis Analysis { get; init; }

    /// <summary>The field that cannot be read, what was found and what was expected; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => analysis(this);

    internal static AnalysisStep ReadFields(JsonElement step, int index)
    {
        var (analysis, problem) = AnalysisReading.Read(step.Member("analysis"), $"spec.strategy.steps[{index}].analysis");
        return new AnalysisStep { Raw = step, Analysis = analysis, Problem = problem };
    }
}
