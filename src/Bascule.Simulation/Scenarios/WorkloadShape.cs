using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A Rollout that takes its pod template from a Deployment, whose pods it replaces; one of eight does.</summary>
internal sealed class WorkloadShape
{
    private static readonly ObjectKey s_key = new(SimulatedWorld.Namespace, RolloutScenario.Name);
    private static readonly string[] s_scaleDown = ["", "never", "onsuccess", "onsuccess", "progressively", "progressively", "progressively"];

    private readonly SimulatedWorld _world;
    private readonly Random _random;
    private readonly string? _scaleDown;

    /// <summary>A user scaled or made the Deployment, so that its size is theirs.</summary>
    private bool _isSizedByUser;

    /// <summary>Draws whether there is one, and its kind.</summary>
    /// <param name="world">Where it is.</param>
    /// <param name="random">The chance.</param>
    public WorkloadShape(SimulatedWorld world, Random random)
    {
        _world = world;
        _random = random;
        _scaleDown = random.Next(8) == 0 ? s_scaleDown[random.Next(s_scaleDown.Length)] : null;
    }

    /// <summary>Gives the Rollout its template, by itself or by a Deployment that has run for long.</summary>
    public void Complete(JsonObject spec, JsonObject template)
    {
        if (_scaleDown is null)
        {
            spec["template"] = template;
            return;
        }

        var deployment = new JsonObject { ["replicas"] = spec["replicas"]!.DeepClone(), ["selector"] = spec["selector"]!.DeepClone(), ["template"] = template };
        RolloutScenario.Create(_world.Server, ResourceTypes.Deployments, RolloutScenario.Name, deployment);
        spec["workloadRef"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = RolloutScenario.Name };
        if (_scaleDown.Length > 0)
            spec["workloadRef"]!["scaleDown"] = _scaleDown;
        if (_random.Next(2) == 0)
            spec.Remove("selector");
    }

    /// <summary>Now and then a user does something to the Deployment.</summary>
    public void Act()
    {
        if (_scaleDown is null || _random.Next(4) != 0 || _world.Server.Find(ResourceTypes.Deployments, s_key) is not { } found)
            return;
        _isSizedByUser = true;
        if (_random.Next(3) == 0)
        {
            _world.Trace.Add("user: delete the Deployment and apply it again");
            Completed.Finish(_world.Server.DeleteAsync(ResourceTypes.Deployments, s_key, new DeleteOptions(), CancellationToken.None));
            _world.RunFor(TimeSpan.FromSeconds(_random.Next(0, 60)));
            RolloutScenario.Create(_world.Server, ResourceTypes.Deployments, RolloutScenario.Name, (JsonObject)found.ToNode()["spec"]!.DeepClone());
            return;
        }

        var replicas = _random.Next(0, 9);
        _world.Trace.Add("user: scale the Deployment to ", replicas);
        Completed.Finish(_world.Server.PatchAsync(
            ResourceTypes.Deployments, s_key, Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }), "scale", CancellationToken.None));
    }

    /// <summary>In the end the Rollout has taken the Deployment's place, unless the user does not want that.</summary>
    public void Judge()
    {
        if (_scaleDown is "onsuccess" or "progressively" && !_isSizedByUser && _world.View() is { Workload.Wanted: > 0 } view)
            _world.Fail($"the Deployment has pods although the Rollout has taken its place: {view}");
    }
}
