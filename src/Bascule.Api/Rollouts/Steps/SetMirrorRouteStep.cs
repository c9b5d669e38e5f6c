using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Steps;

/// <summary>Send copies of requests to the new version (STEP-8).</summary>
public sealed record SetMirrorRouteStep : CanaryStep
{
    /// <summary>The route's name; empty when not set.</summary>
    public required string Name { get; init; }

    /// <summary>How many of the matching requests are copied, in percent; null for all.</summary>
    public int? Percentage { get; init; }

    /// <summary>Which requests; any of the entries suffices. Empty removes the route.</summary>
    public ImmutableArray<RouteMatch> Matches { get; init; } = [];

    /// <inheritdoc/>
    public override T Match<T>(Func<SetWeightStep, T> setWeight, Func<PauseStep, T> pause, Func<AnalysisStep, T> analysis, Func<ExperimentStep, T> experiment, Func<SetCanaryScaleStep, T> setCanaryScale, Func<SetHeaderRouteStep, T> setHeaderRoute, Func<SetMirrorRouteStep, T> setMirrorRoute, Func<PluginStep, T> plugin, Func<InvalidStep, T> invalid) => setMirrorRoute(this);

    internal static SetMirrorRouteStep ReadFields(JsonElement step)
    {
        var route = step.Member("setMirrorRoute");
        return new()
        {
            Raw = step,
            Name = route.Text("name") ?? "",
            Percentage = route.Int("percentage"),
            Matches = [.. route.Items("match").Select(RouteMatch.Read)],
        };
    }
}
