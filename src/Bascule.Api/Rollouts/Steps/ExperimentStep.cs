using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Run an Experiment to its end (STEP-6).</summary>
public sealed record ExperimentStep : CanaryStep
{
    /// <summary>The experiment as written.</summary>
    public required JsonElement Experiment { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => experiment(this);

    internal static ExperimentStep ReadFields(JsonElement step) => new() { Raw = step, Experiment = step.Member("experiment") };
}
