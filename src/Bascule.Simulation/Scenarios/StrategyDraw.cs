using System.Text.Json.Nodes;

namespace Bascule.Simulation.Scenarios;

/// <summary>Draws strategies: every kind, and every field of each now and then.</summary>
/// <param name="random">The chance.</param>
internal sealed class StrategyDraw(Random random)
{
    /// <summary>The AnalysisTemplate that all analyses name.</summary>
    public const string Template = "success-rate";

    private static readonly int[] s_delays = [0, 5, 30, 120];

    /// <summary>A strategy of any kind.</summary>
    public JsonObject Strategy() => random.Next(10) switch
    {
        < 4 => new JsonObject { ["canary"] = BasicCanary() },
        < 7 => new JsonObject { ["canary"] = RoutedCanary() },
        _ => new JsonObject { ["blueGreen"] = BlueGreen() },
    };

    /// <summary>Steps that a canary may have.</summary>
    public JsonArray Steps(JsonObject canary)
    {
        var isRouted = canary["trafficRouting"] is not null;
        var steps = new JsonArray();
        var count = random.Next(0, 7);
        for (var i = 0; i < count; i++)
            steps.Add((JsonNode)Step(isRouted));
        return steps;
    }

    private JsonObject BasicCanary()
    {
        var canary = new JsonObject();
        Surge(canary);
        if (random.Next(2) == 0)
        {
            canary["stableService"] = "stable";
            canary["canaryService"] = "canary";
        }

        WithStepsAndAnalysis(canary);
        return canary;
    }

    private JsonObject RoutedCanary()
    {
        var canary = new JsonObject
        {
            ["trafficRouting"] = new JsonObject
            {
                ["istio"] = new JsonObject { ["virtualService"] = new JsonObject { ["name"] = RolloutScenario.Name } },
                ["managedRoutes"] = new JsonArray(new JsonObject { ["name"] = "headers" }, new JsonObject { ["name"] = "mirror" }),
            },
        };
        Surge(canary);
        if (random.Next(3) == 0)
        {
            canary["pingPong"] = new JsonObject { ["pingService"] = "ping", ["pongService"] = "pong" };
        }
        else
        {
            canary["stableService"] = "stable";
            canary["canaryService"] = "canary";
        }

        // The stable version's size follows the traffic, or it stays as a whole for a while after the end: not both.
        if (random.Next(3) == 0)
            canary["dynamicStableScale"] = true;
        else if (random.Next(2) == 0)
            canary["scaleDownDelaySeconds"] = Delay();
        if (random.Next(2) == 0)
            canary["abortScaleDownDelaySeconds"] = Delay();
        if (random.Next(4) == 0)
            canary["scaleDownDelayRevisionLimit"] = random.Next(0, 3);
        if (random.Next(4) == 0)
            canary["minPodsPerReplicaSet"] = random.Next(1, 4);
        if (random.Next(5) == 0)
            canary["replicaProgressThreshold"] = new JsonObject { ["type"] = "Percent", ["value"] = random.Next(30, 101) };
        WithStepsAndAnalysis(canary);
        return canary;
    }

    private JsonObject BlueGreen()
    {
        var blueGreen = new JsonObject { ["activeService"] = "active" };
        if (random.Next(3) > 0)
            blueGreen["previewService"] = "preview";
        if (random.Next(3) == 0)
            blueGreen["autoPromotionEnabled"] = random.Next(2) == 0;
        if (random.Next(3) == 0)
            blueGreen["autoPromotionSeconds"] = random.Next(1, 120);
        if (random.Next(3) == 0)
            blueGreen["previewReplicaCount"] = random.Next(1, 4);
        if (random.Next(2) == 0)
            blueGreen["scaleDownDelaySeconds"] = Delay();
        if (random.Next(3) == 0)
            blueGreen["scaleDownDelayRevisionLimit"] = random.Next(0, 3);
        if (random.Next(3) == 0)
            blueGreen["abortScaleDownDelaySeconds"] = Delay();
        if (random.Next(4) == 0)
            blueGreen["maxUnavailable"] = random.Next(2) == 0 ? 1 : "30%";
        if (random.Next(3) == 0)
            blueGreen["prePromotionAnalysis"] = Analysis();
        if (random.Next(3) == 0)
            blueGreen["postPromotionAnalysis"] = Analysis();
        return blueGreen;
    }

    private void WithStepsAndAnalysis(JsonObject canary)
    {
        var steps = Steps(canary);
        var count = steps.Count;
        if (count > 0)
            canary["steps"] = steps;
        if (random.Next(4) != 0)
            return;
        var background = Analysis();
        background["startingStep"] = random.Next(0, count + 1);
        canary["analysis"] = background;
    }

    private void Surge(JsonObject canary)
    {
        switch (random.Next(4))
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
                canary["maxSurge"] = $"{random.Next(0, 101)}%";
                canary["maxUnavailable"] = $"{random.Next(1, 101)}%";
                break;
        }
    }

    private JsonObject Step(bool isRouted) => random.Next(isRouted ? 9 : 6) switch
    {
        0 => new JsonObject { ["pause"] = new JsonObject() },
        1 => new JsonObject { ["pause"] = new JsonObject { ["duration"] = $"{random.Next(0, 90)}s" } },
        2 => new JsonObject { ["analysis"] = Analysis() },
        6 => new JsonObject { ["setCanaryScale"] = CanaryScale() },
        7 => new JsonObject { ["setHeaderRoute"] = HeaderRoute() },
        8 => new JsonObject { ["setMirrorRoute"] = MirrorRoute() },
        _ => new JsonObject { ["setWeight"] = random.Next(0, 101) },
    };

    private JsonObject CanaryScale() => random.Next(3) switch
    {
        0 => new JsonObject { ["replicas"] = random.Next(0, 5) },
        1 => new JsonObject { ["weight"] = random.Next(0, 101) },
        _ => new JsonObject { ["matchTrafficWeight"] = true },
    };

    private JsonObject HeaderRoute()
    {
        var route = new JsonObject { ["name"] = "headers" };
        if (random.Next(3) > 0)
            route["match"] = new JsonArray(new JsonObject { ["headerName"] = "x-canary", ["headerValue"] = new JsonObject { ["exact"] = "yes" } });
        return route;
    }

    private JsonObject MirrorRoute()
    {
        var route = new JsonObject { ["name"] = "mirror" };
        if (random.Next(3) == 0)
            return route;
        route["percentage"] = random.Next(1, 101);
        route["match"] = new JsonArray(new JsonObject { ["method"] = new JsonObject { ["exact"] = "GET" } });
        return route;
    }

    private int Delay() => s_delays[random.Next(s_delays.Length)];

    private static JsonObject Analysis() => new()
    {
        ["templates"] = new JsonArray(new JsonObject { ["templateName"] = Template }),
        ["args"] = new JsonArray(new JsonObject
        {
            ["name"] = "hash",
            ["valueFrom"] = new JsonObject { ["podTemplateHashValue"] = "Latest" },
        }),
    };
}
