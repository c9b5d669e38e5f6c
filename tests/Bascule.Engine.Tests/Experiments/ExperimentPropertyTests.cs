using System.Text.Json.Nodes;
using Bascule.Engine.Experiments;
using CsCheck;
using static Bascule.Engine.Tests.Experiments.TestExperiment;

namespace Bascule.Engine.Tests.Experiments;

/// <summary>What must hold for every decision about an Experiment, whatever users and the world do.</summary>
public sealed class ExperimentPropertyTests
{
    private static readonly string[] Specs =
    [
        "",
        "\"duration\":\"1m\",",
        "\"duration\":\"1m\",\"scaleDownDelaySeconds\":0,\"analyses\":[{\"name\":\"x\",\"templateName\":\"t\"}],",
        "\"progressDeadlineSeconds\":20,\"analyses\":[{\"name\":\"x\",\"templateName\":\"t\",\"requiredForCompletion\":true},{\"name\":\"y\",\"templateName\":\"t\"}],",
        "\"duration\":\"0s\",\"analyses\":[{\"name\":\"x\",\"templateName\":\"missing\"}],",
    ];

    [Fact]
    public void Experiments_UnderRandomActions_AreNeverStuck_AndEnd() =>
        Gen.Select(Gen.Int[0, Specs.Length - 1], Gen.Int[0, 13].Array[1, 14]).Always((spec, actions) =>
        {
            var world = World(spec);
            Observed(world);
            foreach (var action in actions)
            {
                Act(world, action);
                Observed(world);
            }

            // Whatever happened, a person can end it, and then it ends without further ado.
            world.Edit(s => s["terminate"] = true);
            Observed(world);
            foreach (var run in world.Runs.Where(r => r.Value["spec"]!["terminate"] is not null && r.Value["status"]?["phase"]?.GetValue<string>() is null or "Running").Select(r => r.Key).ToList())
                world.EndRun(run, "Successful");
            Observed(world);
            for (var i = 0; i < 3; i++)
            {
                world.Now += TimeSpan.FromMinutes(1);
                Observed(world);
            }

            Assert.True(world.Status.Phase is Api.Analysis.AnalysisPhase.Successful or Api.Analysis.AnalysisPhase.Failed or Api.Analysis.AnalysisPhase.Error or Api.Analysis.AnalysisPhase.Inconclusive, world.Phase);
            Assert.All(world.ReplicaSets.Where(r => Owner(r.Value) == "e-1"), r => Assert.Equal(0, r.Value["spec"]!["replicas"]!.GetValue<int>()));
            Assert.DoesNotContain(world.Services, s => Owner(s.Value) == "e-1");
            var last = world.Decide();
            Assert.True(last.Effects.IsEmpty && last.LookAgainAfter is null, Text(last));
        }, count: 200);

    [Fact]
    public void Decide_DamagedStatus_HasAnAnswerAndComesToRest()
    {
        var value = Gen.OneOf(
            Gen.Int[-5, 1000].Select(i => (JsonNode?)JsonValue.Create(i)),
            Gen.String[Gen.Char.AlphaNumeric, 0, 12].Select(s => (JsonNode?)JsonValue.Create(s)),
            Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
            Gen.Const((JsonNode?)null).Select(_ => (JsonNode?)new JsonArray(new JsonObject())),
            Gen.Const((JsonNode?)null).Select(_ => (JsonNode?)new JsonObject { ["x"] = 1 }));
        string[] fields = ["phase", "message", "availableAt", "conditions", "templateStatuses", "analysisRuns"];

        Gen.Select(Gen.Int[0, Specs.Length - 1], Gen.Select(Gen.Int[0, fields.Length - 1], value).Array[1, 6]).Always((spec, damages) =>
        {
            var world = World(spec);
            world.Settle();
            foreach (var (field, damage) in damages)
                ((JsonObject)world.Root["status"]!)[fields[field]] = damage?.DeepClone();
            Observed(world);
        }, count: 150);
    }

    private static TestExperiment World(int spec)
    {
        var world = Of(Specs[spec], Template("a", "\"replicas\":2,\"service\":{},", ""","ports":[{"containerPort":80}]"""), "b");
        world.AddTemplate("t");
        return world;
    }

    private static void Act(TestExperiment world, int action)
    {
        switch (action)
        {
            case 0:
                world.Now += TimeSpan.FromSeconds(7);
                break;
            case 1:
                world.Now += TimeSpan.FromSeconds(40);
                break;
            case 2:
                world.Broken.Add("ex-b");
                break;
            case 3:
                world.Broken.Clear();
                break;
            case 4:
                world.Edit(s => s["templates"]![0]!["replicas"] = 3 - (s["templates"]![0]!["replicas"]?.GetValue<int>() ?? 0));
                break;
            case 5 or 6 or 7:
                if (world.Runs.Keys.FirstOrDefault() is { } run)
                    world.EndRun(run, action switch { 5 => "Successful", 6 => "Running", _ => "Inconclusive" });
                break;
            case 8:
                world.ReplicaSets.Remove("ex-a");
                break;
            case 9:
                world.Services.Clear();
                break;
            case 10:
                if (world.Runs.Keys.LastOrDefault() is { } gone)
                    world.Runs.Remove(gone);
                break;
            case 11:
                world.ReplicaSets.Remove("ex-b");
                world.Put(world.ReplicaSets, "ex-b", "other", spec: """{"replicas":1}""");
                break;
            case 12:
                world.Edit(s => s["terminate"] = s["terminate"]?.GetValue<bool>() != true);
                break;
            default:
                world.Edit(s => (s["templates"]![1]!["name"], s["templates"]![1]!["selector"]!["matchLabels"]!["app"]) = (s["templates"]![1]!["name"]!.GetValue<string>() == "b" ? "c" : "b", "b"));
                break;
        }
    }

    /// <summary>Runs to rest, one pod at a time, and checks every pass.</summary>
    private static void Observed(TestExperiment world)
    {
        Assert.Equal(Text(world.Decide()), Text(world.Decide()));
        for (var round = 0; round < 60; round++)
        {
            for (var pass = 0; ; pass++)
            {
                Assert.True(pass < 20, $"no fixpoint: {Text(world.Decide())}");
                var decision = world.Pass();
                Assert.NotEmpty(decision.Reasons);
                if (decision.Effects.IsEmpty)
                {
                    Rests(world, decision);
                    break;
                }
            }

            if (!world.MakePods(most: 1))
                return;
        }

        Assert.Fail("not settled");
    }

    /// <summary>At rest: ended, or a person, an object or a time is named that it waits for.</summary>
    private static void Rests(TestExperiment world, ExperimentDecision decision)
    {
        Assert.True(
            decision.LookAgainAfter is not null || decision.Reasons.Any(r => r.Kind == Bascule.Engine.Rollouts.ReasonKind.ExperimentCompleted || r.WaitsFor is not null || r.Unblock is not null),
            $"nothing to do, not done, and nothing named: {Text(decision)}");
        Assert.True(decision.LookAgainAfter is not { } wait || wait > TimeSpan.Zero, $"would spin: {Text(decision)}");
        if (decision.Reasons.Any(r => r.Kind == Bascule.Engine.Rollouts.ReasonKind.ExperimentCompleted))
            Assert.NotEqual("", world.Phase);
    }

    private static string? Owner(JsonObject value) => value["metadata"]!["ownerReferences"]?.AsArray().FirstOrDefault()?["uid"]?.GetValue<string>();

    private static string Text(ExperimentDecision decision) =>
        $"{string.Join("; ", decision.Effects)} | {decision.LookAgainAfter} | {string.Join("; ", decision.Reasons)}";
}
