using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A canary that runs an Experiment as one of its steps; one of eight does.</summary>
/// <param name="world">Where it is.</param>
/// <param name="random">The chance.</param>
internal sealed class ExperimentShape(SimulatedWorld world, Random random)
{
    private readonly bool _experiments = random.Next(8) == 0;

    /// <summary>Adds the step, somewhere among the others; true when there is one.</summary>
    public bool Complete(JsonObject spec)
    {
        if (!_experiments || spec["strategy"]!["canary"] is not JsonObject canary)
            return false;
        if (canary["steps"] is not JsonArray steps)
            canary["steps"] = steps = [];
        steps.Insert(random.Next(steps.Count + 1), Step(canary["trafficRouting"] is not null));
        return true;
    }

    /// <summary>An Experiment with the stable version fails for ever where that version is no good: then users go past it.</summary>
    /// <param name="aborts">How often the last update was aborted.</param>
    public bool IsHopeless(int aborts) => _experiments && aborts > 5;

    /// <summary>In the end no Experiment goes on, and none has pods.</summary>
    public void Judge()
    {
        if (!_experiments || world.Problem is not null)
            return;
        var experiments = world.Server.All(ArgoResources.Experiments);
        if (experiments.FirstOrDefault(Vigil.IsGoingOn) is { } going)
            world.Fail($"Experiment {going.Name} has not ended: {going.Root.Member("status")}");
        foreach (var replicaSet in world.Server.All(ResourceTypes.ReplicaSets))
        {
            if (experiments.Any(e => e.Uid == replicaSet.ControllerUid) && replicaSet.Root.GetProperty("spec").Int("replicas") is not 0)
                world.Fail($"ReplicaSet {replicaSet.Name} of an Experiment that has ended has pods");
        }
    }

    private JsonObject Step(bool isRouted)
    {
        var templates = new JsonArray(Template("canary", isRouted));
        if (random.Next(2) == 0)
            templates.Add((JsonNode)Template("stable", isRouted));
        var experiment = new JsonObject { ["templates"] = templates };
        // Without a time and without a required analysis it would go on until somebody ends it.
        var (isMeasured, isTimed) = (random.Next(2) == 0, random.Next(2) == 0);
        if (isMeasured)
            experiment["analyses"] = new JsonArray(Analysis(isRequired: !isTimed || random.Next(2) == 0));
        if (!isMeasured || isTimed)
            experiment["duration"] = $"{random.Next(5, 60)}s";
        if (random.Next(3) == 0)
            experiment["scaleDownDelaySeconds"] = random.Next(0, 30);
        return new JsonObject { ["experiment"] = experiment };
    }

    private JsonObject Template(string version, bool isRouted)
    {
        var template = new JsonObject { ["name"] = version, ["specRef"] = version, ["replicas"] = random.Next(1, 3) };
        if (isRouted && random.Next(2) == 0)
            template["weight"] = random.Next(1, 20);
        return template;
    }

    private static JsonObject Analysis(bool isRequired) => new()
    {
        ["name"] = "success",
        ["templateName"] = StrategyDraw.Template,
        ["requiredForCompletion"] = isRequired,
        ["args"] = new JsonArray(new JsonObject { ["name"] = "hash", ["value"] = "experiment" }),
    };
}
