using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Run a step plugin (STEP-9).</summary>
public sealed record PluginStep : CanaryStep
{
    /// <summary>The plugin's name.</summary>
    public required string PluginName { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => plugin(this);

    internal static PluginStep ReadFields(JsonElement step) => new() { Raw = step, PluginName = step.Member("plugin").Text("name") ?? "" };
}
