using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using CsCheck;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>
/// Whatever is observed, there is an answer: something to do, a time to look again, an object that is waited for, or what a
/// person must do. Random specs and statuses (also damaged ones), ReplicaSets, Services, runs, Experiments and traffic.
/// </summary>
public sealed class DecisionAnswersTests
{
    private const string Analysis = """{"templates":[{"templateName":"t"}]}""";

    private static readonly string[] Steps =
    [
        "[]",
        """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":30}}]""",
        """[{"analysis":{"templates":[{"templateName":"t"}]}},{"setWeight":50}]""",
        """[{"setWeight":100},{"experiment":{"templates":[{"name":"a","specRef":"canary","weight":10}]}},{"pause":{}}]""",
        """[{"setWeight":100},{"setWeight":0},{"pause":{"duration":"bad"}}]""",
    ];

    private static readonly string[] RoutedSteps =
    [
        .. Steps,
        """[{"setCanaryScale":{"replicas":2}},{"setWeight":10},{"setHeaderRoute":{"name":"r","match":[{"headerName":"h","headerValue":{"exact":"1"}}]}},{"pause":{},"setCanaryScale":{"weight":50}},{"setHeaderRoute":{"name":"r"}}]""",
    ];

    private static readonly string[] CanaryFields =
    [
        "", "\"maxSurge\":1,\"maxUnavailable\":0,", "\"maxSurge\":\"50%\",\"maxUnavailable\":\"50%\",", "\"replicaProgressThreshold\":{\"type\":\"Percent\",\"value\":50},",
        $"\"analysis\":{Analysis},",
    ];

    private static readonly string[] RoutedFields =
    [
        .. CanaryFields, "\"dynamicStableScale\":true,", "\"scaleDownDelaySeconds\":0,", "\"abortScaleDownDelaySeconds\":0,", "\"minPodsPerReplicaSet\":2,", "\"dynamicStableScale\":true,\"abortScaleDownDelaySeconds\":5,",
    ];

    private static readonly string[] BlueGreenFields =
    [
        "", "\"autoPromotionEnabled\":false,", "\"autoPromotionSeconds\":20,\"previewService\":\"preview\",", "\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,", "\"scaleDownDelaySeconds\":0,",
        "\"abortScaleDownDelaySeconds\":0,\"autoPromotionEnabled\":false,", "\"scaleDownDelayRevisionLimit\":1,", $"\"prePromotionAnalysis\":{Analysis},", $"\"postPromotionAnalysis\":{Analysis},\"previewReplicaCount\":4,",
    ];

    private static readonly string[] Texts = ["", "nobody", "NEW", "OLD", "Paused", "7"];

    private static readonly string[] Lists =
    [
        "null", "[]", "[1]", """[{"reason":"CanaryPauseStep","startTime":"2026-07-01T12:00:00Z"}]""", """[{"reason":"BlueGreenPause","startTime":"2026-07-01T12:00:00Z"}]""",
        """[{"reason":"InconclusiveAnalysisRun"}]""", """[{"reason":"InconclusiveExperiment","startTime":"2026-07-01T12:00:00Z"}]""",
        """[{"type":"Progressing","status":"False","reason":"RolloutAborted"}]""", """[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"late"}]""",
        """[{"type":"Progressing","status":"Unknown","reason":"RolloutPaused","lastUpdateTime":"2026-07-01T12:00:00Z"},{"type":"Paused","status":"True"}]""",
    ];

    private static readonly string[] Phases = ["", "Pending", "Running", "Successful", "Failed", "Error", "Inconclusive", "Foreign"];

    [Fact]
    public void Decide_AnyCanary_Answers() => Sample(CanaryFields.Length, Steps.Length, (field, steps, replicas) => TestWorld.Canary(replicas, Steps[steps], CanaryFields[field]));

    [Fact]
    public void Decide_AnyRoutedCanary_Answers() => Sample(
        RoutedFields.Length, RoutedSteps.Length, (field, steps, replicas) => TestWorld.Routed(replicas, RoutedSteps[steps], RoutedFields[field], "\"managedRoutes\":[{\"name\":\"r\"}],"));

    [Fact]
    public void Decide_AnyBlueGreen_Answers() => Sample(BlueGreenFields.Length, 1, (field, _, replicas) => TestWorld.BlueGreen(replicas, BlueGreenFields[field]));

    private static void Sample(int fields, int steps, Func<int, int, int, TestWorld> make)
    {
        var turns = Gen.Select(Gen.Int[0, 21], Gen.Int[0, 1000]).Array[1, 12];
        Gen.Select(Gen.Int[0, fields - 1], Gen.Int[0, steps - 1], Gen.Int[0, 5], turns).Always(
            (field, step, replicas, chosen) =>
            {
                var world = make(field, step, replicas);
                world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://x"}}}]}""");
                Observed(world);
                foreach (var (turn, value) in chosen)
                {
                    Turn(world, turn, value);
                    Observed(world);
                }
            },
            count: 150);
    }

    /// <summary>Decides and carries out until nothing is left, while pods stand still; each time there is an answer.</summary>
    private static void Observed(TestWorld world)
    {
        for (var pass = 0; ; pass++)
        {
            var seen = world.Observe();
            var decision = RolloutDecider.Decide(seen);
            Assert.Equal(Text(decision), Text(RolloutDecider.Decide(seen)));
            Assert.NotEmpty(decision.Reasons);
            if (decision.Effects.IsEmpty)
            {
                Answers(seen, decision);
                return;
            }

            Assert.True(pass < 60, $"no end to it: {Text(decision)}");
            world.Apply(decision);
        }
    }

    private static void Answers(RolloutObservation seen, Decision decision)
    {
        var done = decision.Reasons.Any(r => r.Kind == ReasonKind.Healthy);
        Assert.True(!done || (seen.Rollout.Status.StableRS == seen.Rollout.Status.CurrentPodHash && seen.Rollout.Status.Phase == RolloutPhases.Healthy), $"said to be done, and is not: {Text(decision)}");
        Assert.True(
            done || decision.LookAgainAfter is not null || decision.Reasons.Any(r => r.Unblock is not null || (r.WaitsFor is { } name && Exists(seen, name))),
            $"nothing to do, not done, and nothing named: {Text(decision)} {seen.Rollout.Root}");
        Assert.True(decision.LookAgainAfter is null || decision.LookAgainAfter > TimeSpan.Zero, $"looks again at once, for ever: {Text(decision)}");
    }

    private static bool Exists(RolloutObservation seen, string name) => name.Split('/') switch
    {
        ["ReplicaSet", var rs] => seen.ReplicaSets.Any(r => r.Name == rs),
        ["AnalysisRun", var run] => seen.AnalysisRuns.Any(r => r.Name == run),
        ["Experiment", var experiment] => seen.Experiments.Any(e => e.Name == experiment),
        ["Service", var service] => seen.Services.Any(s => s.Meta.Name == service),
        _ => false,
    };

    private static void Turn(TestWorld world, int turn, int value)
    {
        var status = world.Rollout["status"] as JsonObject;
        var replicaSets = world.Observe().ReplicaSets;
        switch (turn)
        {
            case 0 or 1 or 2:
                world.SetImage($"v{value % 4}");
                break;
            case 3:
                world.MakePods(most: 1 + (value % 2));
                break;
            case 4:
                world.MakePods();
                break;
            case 5:
                world.Now += TimeSpan.FromSeconds(value);
                break;
            case 6:
                world.Edit(spec => spec["replicas"] = value % 6);
                break;
            case 7:
                world.Edit(spec => spec["paused"] = value % 2 == 0);
                break;
            case 8:
                world.PatchStatus($$"""{"abort":{{Bool(value)}} }""");
                break;
            case 9:
                world.PatchStatus($$"""{"promoteFull":{{Bool(value)}} }""");
                break;
            case 10:
                world.PatchStatus($$"""{"controllerPause":{{Bool(value)}} }""");
                break;
            case 11:
                world.PatchStatus($$"""{"pauseConditions":{{Lists[value % Lists.Length]}} }""");
                break;
            case 12:
                world.PatchStatus($$"""{"conditions":{{Lists[value % Lists.Length]}} }""");
                break;
            case 13:
                world.PatchStatus($$"""{"currentStepIndex":{{(value % 12) - 3}} }""");
                break;
            case 14 when status is not null:
                string[] fields = ["currentPodHash", "stableRS", "currentStepHash", "phase", "observedGeneration", "abortedAt"];
                status[fields[value % fields.Length]] = Version(world, Texts[value / 7 % Texts.Length]);
                world.PatchStatus("{}");
                break;
            case 15 when !replicaSets.IsEmpty:
                world.Raw(replicaSets[value % replicaSets.Length].Name)["status"] = new JsonObject { ["replicas"] = value % 7, ["readyReplicas"] = value / 7 % 7, ["availableReplicas"] = value / 49 % 7 };
                break;
            case 16 when !replicaSets.IsEmpty:
                var annotations = world.Raw(replicaSets[value % replicaSets.Length].Name)["metadata"]!["annotations"]!;
                annotations[Annotations.ScaleDownDeadline] = (value % 3) switch { 0 => "garbage", 1 => "2026-07-01T11:00:00Z", _ => "2026-07-01T13:00:00Z" };
                annotations[Annotations.DesiredReplicas] = $"{value % 6}";
                break;
            case 17:
                var service = world.Services.Values.ElementAtOrDefault(value % 2);
                if (service is not null)
                    service["spec"]!["selector"]![Labels.PodTemplateHash] = Version(world, Texts[value / 2 % Texts.Length]);
                break;
            case 18:
                foreach (var run in world.Runs.Keys.ToList())
                    world.EndRun(run, Phases[value % Phases.Length]);
                break;
            case 19:
                foreach (var experiment in world.Experiments.Keys.ToList())
                    world.SetExperiment(experiment, $$"""{"phase":"{{Phases[value % Phases.Length]}}","templateStatuses":[{"name":"a","serviceName":"a","podTemplateHash":"h","availableReplicas":1}]}""");
                break;
            case 20:
                world.TrafficProblem = value % 3 == 0 ? "no answer" : null;
                world.Verified = (value % 3) switch { 0 => null, 1 => false, _ => true };
                break;
            default:
                status?.Remove((value % 3) switch { 0 => "canary", 1 => "blueGreen", _ => "duration" });
                world.PatchStatus("{}");
                break;
        }
    }

    private static string Bool(int value) => value % 2 == 0 ? "true" : "false";

    private static string Version(TestWorld world, string text) => text switch
    {
        "NEW" => world.Observe().ReplicaSets.LastOrDefault()?.Hash ?? "",
        "OLD" => world.Observe().ReplicaSets.FirstOrDefault()?.Hash ?? "",
        _ => text,
    };

    private static string Text(Decision decision) =>
        $"{string.Join("; ", decision.Effects.Select(e => e is PatchRolloutStatus patch ? $"status {patch.Patch.GetRawText()}" : e.ToString()))} | {decision.LookAgainAfter} | {string.Join("; ", decision.Reasons.Select(r => $"{r.Kind}: {r.Message} ({r.WaitsFor}, {r.Unblock})"))}";
}
