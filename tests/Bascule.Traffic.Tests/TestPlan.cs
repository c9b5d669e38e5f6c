using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Traffic.Tests;

/// <summary>Plans of tests: the versions are <c>new</c> and <c>stable</c>, ping is the canary.</summary>
internal static class TestPlan
{
    /// <summary>A plan that gives the new version a weight.</summary>
    public static TrafficPlan Of(Rollout rollout, int weight) => Read(rollout, new JsonObject { ["weight"] = weight });

    /// <summary>
    /// Reads <c>weight</c>, and optionally <c>additional</c> (service, hash, weight), <c>canaryHash</c>, <c>stableHash</c>
    /// and <c>routes</c>, which are steps.
    /// </summary>
    public static TrafficPlan Read(Rollout rollout, JsonObject plan)
    {
        var root = JsonElement.Parse(plan.ToJsonString());
        var canary = rollout.Spec.Canary!;
        var pair = canary.PingPong is { } names ? new ServicePair(names.PingService, names.PongService) : null;
        var services = canary is { CanaryService: "", StableService: "" } && pair is not null ? pair : new ServicePair(canary.CanaryService, canary.StableService);
        ImmutableArray<WeightDestination> additional =
            [.. root.Items("additional").Select(a => new WeightDestination(a.Int("weight") ?? 0, a.Text("service") ?? "", a.Text("hash") ?? ""))];
        var weight = root.Int("weight") ?? 0;
        return new()
        {
            FullWeight = canary.FullWeight,
            Canary = new(weight, services.Canary, root.Text("canaryHash") ?? "new"),
            Stable = new(canary.FullWeight - weight - additional.Sum(a => a.Weight), services.Stable, root.Text("stableHash") ?? "stable"),
            Additional = additional,
            PingPong = pair,
            Routes = [.. root.Items("routes").Select(Route)],
        };
    }

    private static ManagedRoute Route(JsonElement step)
    {
        var read = CanaryStep.Read(step, 0);
        var (header, mirror) = (read.Part<SetHeaderRouteStep>(), read.Part<SetMirrorRouteStep>());
        return new(header?.Name ?? mirror!.Name, header, mirror);
    }
}
