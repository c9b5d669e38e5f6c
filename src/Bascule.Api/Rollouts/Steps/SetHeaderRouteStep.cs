using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Route requests with certain headers to the new version (STEP-7).</summary>
public sealed record SetHeaderRouteStep : CanaryStep
{
    /// <summary>The route's name.</summary>
    public required string RouteName { get; init; }

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => setHeaderRoute(this);

    internal static SetHeaderRouteStep ReadFields(JsonElement step) => new() { Raw = step, RouteName = step.Member("setHeaderRoute").Text("name") ?? "" };
}
