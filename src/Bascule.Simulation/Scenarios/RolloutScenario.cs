using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Simulation.Server;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A random Rollout: what the user wrote down before anything happened, and the next versions they may apply.</summary>
public sealed class RolloutScenario
{
    /// <summary>The name of the Rollout and of everything beside it.</summary>
    public const string Name = "web";

    private static readonly string[] s_services = ["stable", "canary", "ping", "pong", "active", "preview"];

    private readonly Random _random;
    private readonly JsonObject _spec;
    private bool _hasPorts;
    private int _versions;

    /// <summary>Draws a scenario.</summary>
    public RolloutScenario(Random random)
    {
        _random = random;
        _spec = DrawSpec();
    }

    /// <summary>Applies everything that the user wrote down.</summary>
    internal void Apply(SimulatedServer server, WorkloadShape workload, ExperimentShape experiments, PodMetadataShape podMetadata)
    {
        foreach (var service in s_services)
            Create(server, ResourceTypes.Services, service, new JsonObject { ["selector"] = new JsonObject { ["app"] = Name } });
        Create(server, ArgoResources.AnalysisTemplates, StrategyDraw.Template, AnalysisSpec());
        _hasPorts = experiments.Complete(_spec);
        podMetadata.Complete(_spec);
        workload.Complete(_spec, NextTemplate(PodBehaviour.Good));
        CreateRollout(server, _spec);
    }

    /// <summary>Applies a Rollout: there must be none.</summary>
    public static void CreateRollout(SimulatedServer server, JsonObject spec) => Create(server, ArgoResources.Rollouts, Name, (JsonObject)spec.DeepClone());

    /// <summary>Applies an object: there must be none of its name.</summary>
    internal static void Create(SimulatedServer server, ResourceType type, string name, JsonObject spec) => Completed.Result(server.CreateAsync(
        type, SimulatedWorld.Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec }, CancellationToken.None));

    /// <summary>A template that no earlier one equals.</summary>
    public JsonObject NextTemplate(PodBehaviour behaviour) =>
        Template(string.Create(CultureInfo.InvariantCulture, $"web:v{++_versions}-{behaviour}"), hasPort: _hasPorts);

    /// <summary>The template of a version.</summary>
    /// <param name="image">Its image, whose end says how its pods behave.</param>
    /// <param name="app">What its pods call themselves; other than <see cref="Name"/>, the Rollout does not select them.</param>
    /// <param name="hasPort">Its container tells its port, without which an Experiment makes no Service for it.</param>
    public static JsonObject Template(string image, string app = Name, bool hasPort = false)
    {
        var container = new JsonObject { ["name"] = "web", ["image"] = image };
        if (hasPort)
            container["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 });
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(container) },
        };
    }

    private JsonObject DrawSpec()
    {
        var spec = new JsonObject
        {
            ["replicas"] = _random.Next(0, 9),
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Name } },
            ["strategy"] = new StrategyDraw(_random).Strategy(),
        };
        if (_random.Next(2) == 0)
            spec["revisionHistoryLimit"] = _random.Next(2, 5);
        if (_random.Next(3) == 0)
            spec["minReadySeconds"] = _random.Next(1, 20);
        if (_random.Next(4) == 0)
            spec["rollbackWindow"] = new JsonObject { ["revisions"] = _random.Next(1, 4) };
        if (_random.Next(3) == 0)
        {
            spec["progressDeadlineSeconds"] = _random.Next(30, 120);
            spec["progressDeadlineAbort"] = _random.Next(2) == 0;
        }

        return spec;
    }

    private static JsonObject AnalysisSpec() => new()
    {
        ["args"] = new JsonArray(new JsonObject { ["name"] = "hash" }),
        ["metrics"] = new JsonArray(new JsonObject
        {
            ["name"] = "success-rate",
            ["interval"] = "10s",
            ["count"] = 3,
            ["failureLimit"] = 1,
            ["successCondition"] = "result[0] >= 0.95",
            ["failureCondition"] = "result[0] < 0.9",
            ["provider"] = new JsonObject
            {
                ["prometheus"] = new JsonObject { ["address"] = "http://prometheus", ["query"] = "success{hash=\"{{args.hash}}\"}" },
            },
        }),
    };
}
