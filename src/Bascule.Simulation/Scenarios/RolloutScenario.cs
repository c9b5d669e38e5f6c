using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Simulation.Server;
using Bascule.Simulation.World;

namespace Bascule.Simulation.Scenarios;

/// <summary>A random Rollout: what the user wrote down before anything happened, and the next versions they may apply.</summary>
public sealed class RolloutScenario
{
    /// <summary>The name of the Rollout and of everything beside it.</summary>
    public const string Name = "web";

    private readonly Random _random;
    private readonly JsonObject _strategy;
    private readonly int? _progressDeadline;
    private int _versions;

    /// <summary>Draws a scenario.</summary>
    public RolloutScenario(Random random)
    {
        _random = random;
        Replicas = random.Next(0, 9);
        HasBackgroundAnalysis = random.Next(4) == 0;
        _progressDeadline = random.Next(3) == 0 ? random.Next(30, 120) : null;
        _strategy = DrawStrategy();
    }

    /// <summary><c>spec.replicas</c> at first.</summary>
    public int Replicas { get; }

    /// <summary>An analysis runs beside the steps.</summary>
    public bool HasBackgroundAnalysis { get; }

    /// <summary>Applies everything that the user wrote down.</summary>
    public void Apply(SimulatedServer server)
    {
        Completed.Result(server.CreateAsync(ArgoResources.AnalysisTemplates, SimulatedWorld.Namespace, AnalysisTemplate(), CancellationToken.None));
        Completed.Result(server.CreateAsync(ArgoResources.Rollouts, SimulatedWorld.Namespace, Rollout(), CancellationToken.None));
    }

    /// <summary>The Rollout as first applied.</summary>
    private JsonObject Rollout()
    {
        var spec = new JsonObject
        {
            ["replicas"] = Replicas,
            ["revisionHistoryLimit"] = _random.Next(0, 4),
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = Name } },
            ["strategy"] = new JsonObject { ["canary"] = _strategy.DeepClone() },
            ["template"] = NextTemplate(PodBehaviour.Good),
        };
        if (_progressDeadline is { } seconds)
        {
            spec["progressDeadlineSeconds"] = seconds;
            spec["progressDeadlineAbort"] = _random.Next(2) == 0;
        }

        return new JsonObject
        {
            ["apiVersion"] = "argoproj.io/v1alpha1",
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = SimulatedWorld.Namespace },
            ["spec"] = spec,
        };
    }

    /// <summary>The AnalysisTemplate that the steps and the background name.</summary>
    private static JsonObject AnalysisTemplate() => new()
    {
        ["apiVersion"] = "argoproj.io/v1alpha1",
        ["kind"] = "AnalysisTemplate",
        ["metadata"] = new JsonObject { ["name"] = "success-rate", ["namespace"] = SimulatedWorld.Namespace },
        ["spec"] = new JsonObject
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
        },
    };

    /// <summary>A template that no earlier one equals.</summary>
    public JsonObject NextTemplate(PodBehaviour behaviour)
    {
        var image = string.Create(CultureInfo.InvariantCulture, $"web:v{++_versions}-{behaviour}");
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = Name } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = image }) },
        };
    }

    private JsonObject DrawStrategy()
    {
        var canary = new JsonObject();
        switch (_random.Next(4))
        {
            case 0:
                canary["maxSurge"] = 1;
                canary["maxUnavailable"] = 0;
                break;
            case 1:
                canary["maxSurge"] = 0;
                canary["maxUnavailable"] = 1;
                break;
            case 2:
                canary["maxSurge"] = $"{_random.Next(0, 101)}%";
                canary["maxUnavailable"] = $"{_random.Next(1, 101)}%";
                break;
        }

        var steps = new JsonArray();
        var count = _random.Next(0, 7);
        for (var i = 0; i < count; i++)
            steps.Add((JsonNode)DrawStep());
        if (count > 0)
            canary["steps"] = steps;
        if (HasBackgroundAnalysis)
        {
            var background = Analysis();
            background["startingStep"] = _random.Next(0, count + 1);
            canary["analysis"] = background;
        }

        return canary;
    }

    private JsonObject DrawStep() => _random.Next(6) switch
    {
        0 => new JsonObject { ["pause"] = new JsonObject() },
        1 => new JsonObject { ["pause"] = new JsonObject { ["duration"] = $"{_random.Next(0, 90)}s" } },
        2 => new JsonObject { ["analysis"] = Analysis() },
        _ => new JsonObject { ["setWeight"] = _random.Next(0, 101) },
    };

    private static JsonObject Analysis() => new()
    {
        ["templates"] = new JsonArray(new JsonObject { ["templateName"] = "success-rate" }),
        ["args"] = new JsonArray(new JsonObject
        {
            ["name"] = "hash",
            ["valueFrom"] = new JsonObject { ["podTemplateHashValue"] = "Latest" },
        }),
    };
}
