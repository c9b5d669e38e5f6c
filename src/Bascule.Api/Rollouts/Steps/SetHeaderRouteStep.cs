using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Route requests with certain headers to the new version (STEP-7).</summary>
public sealed record SetHeaderRouteStep : CanaryStep
{
    /// <summary>The route's name; empty when not set.</summary>
    public required string Name { get; init; }

    /// <summary>The headers that lead there: with Istio one entry suffices, with the AWS load balancer all must hold. Empty removes the route.</summary>
    public ImmutableArray<HeaderMatch> Matches { get; init; } = [];

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => setHeaderRoute(this);

    internal static SetHeaderRouteStep ReadFields(JsonElement step)
    {
        var route = step.Member("setHeaderRoute");
        return new() { Raw = step, Name = route.Text("name") ?? "", Matches = [.. route.Items("match").Select(HeaderMatch.Read)] };
    }
}
