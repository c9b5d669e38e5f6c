using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Run an Experiment to its end (STEP-6).</summary>
public sealed record ExperimentStep : CanaryStep
{
    /// <summary>What to run.</summary>
    public required StepExperiment Experiment { get; init; }

    /// <summary>The field that cannot be read, what was found and what was expected; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => experiment(this);

    internal static ExperimentStep ReadFields(JsonElement step, int index)
    {
        try
        {
            return new() { Raw = step, Experiment = StepExperiment.Parse(step.Member("experiment"), $"spec.strategy.steps[{index}].experiment") };
        }
        catch (FieldFormatException e)
        {
            return new() { Raw = step, Experiment = new(), Problem = e.Message };
        }
    }
}
