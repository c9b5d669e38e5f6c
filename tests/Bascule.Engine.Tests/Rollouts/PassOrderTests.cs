using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What one pass does, in which order, and where it ends.</summary>
public sealed class PassOrderTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";
    private const string Analysis = """{"templates":[{"templateName":"t"}]}""";
    private const string Experiment = """{"templates":[{"name":"a","specRef":"canary"}]}""";

    [Fact]
    public void FirstPasses_EachDoOneThing_RT10_RT11()
    {
        var world = TestWorld.Canary(2, Steps);
        world.Edit(spec => spec.Remove("replicas"));
        world.AddReplicaSet((JsonObject)JsonNode.Parse("""
            {"metadata":{"name":"web-old","namespace":"shop","uid":"x","resourceVersion":"1","generation":1,"labels":{"app":"web","rollouts-pod-template-hash":"old"}},
             "spec":{"replicas":0,"template":{"spec":{"containers":[{"name":"web","image":"v0"}]}}}}
            """)!);
        world.Reconcile();

        Assert.Equal(
            ["PatchRollout", "AdoptReplicaSet", "PatchRollout", "CreateReplicaSet PatchRolloutStatus", "PatchRolloutStatus"],
            world.Applied.Take(5).Select(d => string.Join(' ', Kinds(d))));
    }

    [Fact]
    public void AbortOfAPromotedRollout_IsDroppedBeforeTheStrategyLooks_RT10()
    {
        var world = Deployed(TestWorld.Routed(3, Steps));
        var weights = world.Rollout["status"]!["canary"]!["weights"]!.ToJsonString();
        world.PatchStatus("""{"abort":true}""");
        world.Reconcile();

        Assert.DoesNotContain(world.Emitted, e => e.Reason == EventReasons.Aborted);
        Assert.False(world.Status.Abort);
        Assert.Equal(weights, world.Rollout["status"]!["canary"]!["weights"]!.ToJsonString());
    }

    [Fact]
    public void Pause_IsRecordedBeforeAnythingElse_RT15_COND8_COND20_COND21_COND23()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        world.Edit(spec => spec["paused"] = true);
        // The status is of another generation: what it says about pauses is not looked at yet.
        var first = world.Decide();
        Assert.DoesNotContain("\"Unknown\"", string.Concat(first.Effects.OfType<PatchRolloutStatus>().Select(p => p.Patch.GetRawText())), StringComparison.Ordinal);
        world.Settle();
        Progressing(world, "Unknown", ConditionReasons.Paused, "Rollout is paused");
        Assert.Equal(("True", ConditionReasons.Paused, "Rollout is paused"), Of(world, ConditionTypes.Paused));

        // A user resumes while pods are missing: the pass that sees it does nothing else.
        world.Crash("v1");
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Edit(spec => spec["paused"] = false);
        world.PatchStatus($$"""{"observedGeneration":"{{world.Rollout["metadata"]!["generation"]}}"}""");
        world.Apply(world.Decide());
        Assert.Equal(["PatchRolloutStatus"], Kinds(world.Applied[^1]));
        Progressing(world, "Unknown", ConditionReasons.Resumed, "Rollout is resumed");
        Assert.Equal(("False", ConditionReasons.Paused, "Rollout is paused"), Of(world, ConditionTypes.Paused));
        Assert.Equal(world.Now, world.Status.Condition(ConditionTypes.Progressing)!.LastUpdateTime);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChangedReplicas_MakeAPassThatOnlyScales_RT16(bool blueGreen)
    {
        var world = AtPause(blueGreen ? TestWorld.BlueGreen(5, "\"previewService\":\"preview\",\"autoPromotionEnabled\":false,") : TestWorld.Routed(5, Steps));
        world.Edit(spec => spec["replicas"] = 10);
        world.Traffic = world.Traffic is { } traffic ? traffic with { Canary = traffic.Canary with { Weight = 99 } } : null;
        var (phase, index) = (world.Status.Phase, world.Status.CurrentStepIndex);
        world.Apply(world.Decide());

        Assert.Contains("ScaleReplicaSet", Kinds(world.Applied[^1]));
        Assert.Empty(Kinds(world.Applied[^1]).Except(["ScaleReplicaSet", "PatchReplicaSet", "PatchRolloutStatus"]));
        Assert.Equal((phase, index, 5 + (blueGreen ? 0 : 1)), (world.Status.Phase, world.Status.CurrentStepIndex, world.Status.AvailableReplicas));
        world.Settle();
        Assert.Equal(blueGreen ? "v1:10 v2:10" : "v1:10 v2:2", world.Pods);
        Assert.True(blueGreen || world.Traffic!.Canary.Weight == 20);
    }

    [Fact]
    public void CanaryPass_WritesInOrder_RT17()
    {
        var world = TestWorld.Routed(
            4,
            $$$"""[{"setWeight":25},{"experiment":{{{Experiment}}}},{"analysis":{{{Analysis}}}},{"setWeight":50},{"pause":{}}]""",
            $"\"analysis\":{Analysis},",
            spec: "\"revisionHistoryLimit\":0,");
        Run(world);
        Assert.All(world.Applied, d => InOrder(d, ["DeleteReplicaSet"], ["SwitchService"], ["SetTraffic"], ["CreateExperiment", "TerminateExperiment", "DeleteExperiment"], ["CreateAnalysisRun", "TerminateAnalysisRun", "DeleteAnalysisRun"], ["ScaleReplicaSet", "PatchReplicaSet"], ["PatchRolloutStatus"]));
        NewTemplateOnlyResets(world);
        // A pass that scales does not enter a pause step, nor does it do two steps at once (k, l).
        Assert.All(world.Applied.Where(d => Kinds(d).Contains("ScaleReplicaSet")), d => Assert.DoesNotContain(d.Effects.OfType<EmitEvent>(), e => e.Reason == EventReasons.Paused));
    }

    [Fact]
    public void BlueGreenPass_WritesInOrder_RT18()
    {
        var world = TestWorld.BlueGreen(
            3,
            $"\"previewService\":\"preview\",\"scaleDownDelaySeconds\":1,\"prePromotionAnalysis\":{Analysis},\"postPromotionAnalysis\":{Analysis},",
            spec: "\"revisionHistoryLimit\":0,");
        Run(world);
        Assert.All(world.Applied, d => InOrder(d, ["SwitchService preview"], ["ScaleReplicaSet", "PatchReplicaSet"], ["SwitchService active"], ["CreateAnalysisRun", "TerminateAnalysisRun", "DeleteAnalysisRun"], ["DeleteReplicaSet"], ["PatchRolloutStatus"]));
        NewTemplateOnlyResets(world);
    }

    [Theory]
    [InlineData("""{"paused":true}""", "{}")]
    [InlineData("{}", """{"pauseConditions":[{"reason":"InconclusiveAnalysisRun","startTime":"2026-07-01T12:00:00Z"}],"controllerPause":true}""")]
    public void HaltedCanary_ScalesNothingButMovesTraffic_RT19(string spec, string status)
    {
        var world = AtPause(TestWorld.Routed(5, Steps));
        var selected = world.Selected("stable");
        Halt(world, spec, status);
        world.Edit(s => s["replicas"] = 10);
        world.Traffic = world.Traffic! with { Canary = world.Traffic.Canary with { Weight = 99 } };
        world.Services["stable"]["spec"]!["selector"]![Labels.PodTemplateHash] = "elsewhere";
        world.Settle();
        Assert.Equal(("v1:5 v2:1", 20, selected), (world.Pods, world.Traffic.Canary.Weight, world.Selected("stable")));

        // The reference's pass would end at the pods that it may not scale, and the abort would wait for somebody to resume.
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal((0, selected), (world.Traffic.Canary.Weight, world.Selected("canary")));
    }

    [Theory]
    [InlineData("""{"paused":true}""", "{}")]
    [InlineData("{}", """{"pauseConditions":[{"reason":"InconclusiveAnalysisRun","startTime":"2026-07-01T12:00:00Z"}],"controllerPause":true}""")]
    public void HaltedBlueGreen_ScalesButMovesNoService_RT19(string spec, string status)
    {
        var world = AtPause(TestWorld.BlueGreen(3, "\"previewService\":\"preview\",\"autoPromotionSeconds\":10,"));
        Halt(world, spec, status);
        world.Edit(s => s["replicas"] = 4);
        world.Services["preview"]["spec"]!["selector"]![Labels.PodTemplateHash] = "elsewhere";
        world.Now += TimeSpan.FromMinutes(1);
        world.Settle();

        Assert.Equal(("v1:4 v2:4", "elsewhere", world.ReplicaSet("v1").Hash), (world.Pods, world.Selected("preview"), world.Selected("active")));
    }

    [Fact]
    public void StatusWrite_ClearsByNullAndReplacesListsWhole_RT20()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        Assert.Empty(world.Decide().Effects);
        world.PatchStatus("""{"abort":true}""");
        world.Apply(world.Decide());

        var patch = world.Applied[^1].Effects.OfType<PatchRolloutStatus>().Single().Patch.GetProperty("status");
        Assert.Equal(JsonValueKind.Null, patch.GetProperty("pauseConditions").ValueKind);
        Assert.Equal(JsonValueKind.Null, patch.GetProperty("controllerPause").ValueKind);
        Assert.Equal(world.Status.Conditions.Length, patch.GetProperty("conditions").GetArrayLength());
        Assert.False(patch.TryGetProperty("stableRS", out _));
    }

    private static void Halt(TestWorld world, string spec, string status)
    {
        world.Edit(s =>
        {
            foreach (var (key, value) in JsonNode.Parse(spec)!.AsObject())
                s[key] = value!.DeepClone();
        });
        world.PatchStatus(status);
        world.Settle();
    }

    /// <summary>Two updates to their ends, the second overtaken by a third, with everything that runs ending well.</summary>
    private static void Run(TestWorld world)
    {
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://x"}}}]}""");
        Through(world);
        foreach (var image in new[] { "v2", "v3" })
        {
            world.SetImage(image);
            Through(world);
            Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        }

        world.SetImage("v4");
        world.Settle();
        world.SetImage("v5");
        Through(world);
    }

    private static void Through(TestWorld world)
    {
        for (var i = 0; i < 12; i++)
        {
            world.Settle();
            foreach (var run in world.Runs.Keys.ToList())
                world.EndRun(run, "Successful");
            foreach (var experiment in world.Experiments.Keys.ToList())
                world.SetExperiment(experiment, """{"phase":"Successful"}""");
            world.Settle();
            world.PatchStatus("""{"pauseConditions":null}""");
            world.Now += TimeSpan.FromSeconds(40);
        }
    }

    /// <summary>The pass in which a new template is noticed, besides the preview, which comes before it (RT-18).</summary>
    private static void NewTemplateOnlyResets(TestWorld world)
    {
        var resets = world.Applied.Where(d => d.Effects.OfType<PatchRolloutStatus>().Any(p => p.Patch.GetProperty("status").TryGetProperty("currentPodHash", out _))).ToList();
        Assert.Equal(5, resets.Count);
        // The first version of a blue-green has nothing to reset.
        Assert.All(resets.Skip(1), d => Assert.Empty(Kinds(d).Except(["SwitchService", "PatchRolloutStatus"])));
    }

    private static void InOrder(Engine.Rollouts.Decision decision, params string[][] order)
    {
        if (decision.Effects.Any(e => e is PatchRollout or CreateReplicaSet or AdoptReplicaSet))
            return;
        var ranks = decision.Effects.Where(e => e is not EmitEvent).Select(e => Array.FindIndex(order, names => names.Any(n => $"{e.GetType().Name} {(e as SwitchService)?.Name}".StartsWith(n, StringComparison.Ordinal)))).ToList();
        Assert.DoesNotContain(-1, ranks);
        Assert.Equal(ranks.Order(), ranks);
    }

    private static void Progressing(TestWorld world, string status, string reason, string message) => Assert.Equal((status, reason, message), Of(world, ConditionTypes.Progressing));

    private static (string, string, string) Of(TestWorld world, string type) =>
        world.Status.Condition(type) is { } condition ? (condition.Status, condition.Reason, condition.Message) : default;

    private static IEnumerable<string> Kinds(Engine.Rollouts.Decision decision) => decision.Effects.Where(e => e is not EmitEvent).Select(e => e.GetType().Name);

    private static TestWorld Deployed(TestWorld world)
    {
        world.Settle();
        world.Emitted.Clear();
        return world;
    }

    private static TestWorld AtPause(TestWorld world)
    {
        Deployed(world).SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        return world;
    }
}
