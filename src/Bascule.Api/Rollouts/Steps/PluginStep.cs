using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Run a step plugin (STEP-9).</summary>
public sealed record PluginStep : CanaryStep
{
    /// <summary>The plugin's name; empty when not set.</summary>
    public required string Name { get; init; }

    /// <summary>What the plugin is told, any JSON; null when not set.</summary>
    public JsonElement? Config { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => plugin(this);

    internal static PluginStep ReadFields(JsonElement step)
    {
        var plugin = step.Member("plugin");
        return new() { Raw = step, Name = plugin.Text("name") ?? "", Config = plugin.Raw("config") };
    }
}
