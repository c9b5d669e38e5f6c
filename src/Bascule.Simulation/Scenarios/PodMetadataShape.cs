using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>Labels and annotations that pods wear while their version plays a role (EPH rows); one Rollout of eight asks for some.</summary>
/// <param name="world">Where the pods are.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="random">The chance.</param>
internal sealed class PodMetadataShape(SimulatedWorld world, RolloutEditor rollout, Random random)
{
    // No template has one of these, so that whoever wears one wears it for its role.
    private static readonly string[] s_keys = ["role", "watched", "tier"];

    private readonly bool _hasSome = random.Next(8) == 0;

    /// <summary>Has the strategy ask for them.</summary>
    public void Complete(JsonObject spec)
    {
        if (!_hasSome)
            return;
        var strategy = spec["strategy"]!.AsObject().First();
        string[] roles = strategy.Key == "blueGreen" ? ["activeMetadata", "previewMetadata"] : ["stableMetadata", "canaryMetadata"];
        foreach (var role in roles)
        {
            if (random.Next(4) > 0)
                strategy.Value![role] = new JsonObject { ["labels"] = Draw(role), ["annotations"] = Draw(role) };
        }
    }

    /// <summary>In the end there is one version, and its pods wear what the spec says of the role that it plays, and nothing of another.</summary>
    public void Judge()
    {
        if (!_hasSome || world.Problem is not null || world.Rollout is not { } found || rollout.Current?.As(Rollout.Read).Spec is not { } spec)
            return;
        var wanted = spec.BlueGreen is { } blueGreen ? blueGreen.ActiveMetadata : spec.Canary?.StableMetadata;
        foreach (var pod in world.PodsOf(found.StableHash))
        {
            foreach (var key in s_keys)
            {
                var (label, annotation) = (wanted?.Labels.GetValueOrDefault(key), wanted?.Annotations.GetValueOrDefault(key));
                if (pod.Labels.GetValueOrDefault(key) != label || pod.Annotations.GetValueOrDefault(key) != annotation)
                    world.Fail($"pod {pod.Name} wears {pod.Root.GetProperty("metadata").GetRawText()}, expected for {key}: label {label}, annotation {annotation}; {world.View()}");
            }
        }
    }

    private JsonObject Draw(string role)
    {
        var entries = new JsonObject();
        foreach (var key in s_keys.Where(_ => random.Next(2) == 0))
            entries[key] = role;
        return entries;
    }
}
