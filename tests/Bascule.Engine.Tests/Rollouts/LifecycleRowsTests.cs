using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Tests.Rollouts.Canary;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>How an update begins, is promoted, scaled and changed under way.</summary>
public sealed class LifecycleRowsTests
{
    private const string Steps = """[{"setWeight":50},{"pause":{}}]""";
    private const string Template = """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""";

    [Fact]
    public void Promotion_SaysWhy_LIFE3_LIFE5()
    {
        var world = TestWorld.Canary(4, Steps, spec: "\"rollbackWindow\":{\"revisions\":1},");
        world.Settle();
        Assert.EndsWith(": Initial deploy", Completed(world), StringComparison.Ordinal);
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.EndsWith(": Completed all 2 canary steps", Completed(world), StringComparison.Ordinal);
        world.SetImage("v1");
        world.Settle();
        Assert.EndsWith(": Rollback within window", Completed(world), StringComparison.Ordinal);
        world.SetImage("v3");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.EndsWith(": Full promotion requested", Completed(world), StringComparison.Ordinal);

        // Every steady pass goes through the promotion, and only a change is told.
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.False(world.Status.PromoteFull);
        Assert.DoesNotContain(world.Emitted, e => e.Message.StartsWith("Rollout completed", StringComparison.Ordinal));
    }

    [Fact]
    public void Promotion_Aborted_OrWithTooFewPods_IsNone_LIFE3()
    {
        var world = TestWorld.Canary(4, "[]");
        world.Settle();
        world.SetImage("v2");
        world.Reconcile();
        world.MakePods(most: 1);
        world.Reconcile();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
    }

    [Fact]
    public void Promotion_EnoughByTheThreshold_IsMade_LIFE3()
    {
        var world = TestWorld.Canary(4, "[]", "\"maxSurge\":\"100%\",\"replicaProgressThreshold\":{\"type\":\"Pod\",\"value\":2},");
        world.Settle();
        world.SetImage("v2");
        world.Reconcile();
        world.MakePods(most: 2);
        world.Reconcile();

        Assert.Equal(2, world.ReplicaSet("v2").Available);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void MorePodsAvailableThanWanted_DoNotBlockThePromotion_LIFE4_VER14()
    {
        var world = TestWorld.Routed(6, """[{"setWeight":100},{"pause":{}}]""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(6, world.ReplicaSet("v2").Available);
        world.Edit(spec => spec["replicas"] = 3);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Reconcile();

        Assert.Equal(6, world.ReplicaSet("v2").Available);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void NewTemplate_TakesBackWhatBelongsToTheOldUpdate_LIFE6()
    {
        var world = TestWorld.Canary(4, """[{"setWeight":50},{"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}}]""");
        world.AddTemplate("t", Template);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.NotNull(world.Status.StepAnalysisRun);
        world.EndRun(world.Status.StepAnalysisRun.Name, "Inconclusive");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true,"canary":{"stepPluginStatuses":[{"index":0,"name":"p","phase":"Running"}]}}""");
        world.Edit(spec => spec["restartAt"] = "2026-07-01T11:00:00Z");
        world.SetImage("v3");
        while (world.Status.CurrentPodHash != world.ReplicaSets("v3")?.Hash)
            world.Apply(world.Decide());

        var status = world.Status;
        Assert.Equal((false, false, 0), (status.Abort, status.PromoteFull, status.CurrentStepIndex));
        Assert.Empty(status.PauseConditions);
        Assert.False(status.ControllerPause);
        Assert.Null(status.StepAnalysisRun);
        Assert.Empty(status.StepPluginStatuses);
        Assert.Equal(world.Observe().Rollout.Spec.RestartAt, status.RestartedAt);
    }

    [Fact]
    public void NewSteps_MidUpdate_BeginAnew_ABlueGreenDoesNotKnowAny_LIFE6()
    {
        var world = TestWorld.Canary(4, Steps);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Edit(spec => spec["strategy"]!["canary"]!["steps"] = JsonNode.Parse("""[{"setWeight":25},{"pause":{}},{"setWeight":50}]"""));
        world.Settle();
        Assert.Equal((1, "v1:3 v2:1"), (world.Status.CurrentStepIndex, world.Pods));

        world.Edit(spec => spec["strategy"]!["canary"]!.AsObject().Remove("steps"));
        world.Apply(world.Decide());
        Assert.Null(world.Status.CurrentStepIndex);
        Assert.Equal("", TestWorld.BlueGreen(1).Status.CurrentStepHash);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("new", false)]
    [InlineData("older", true)]
    public void Template_Changed_IsAnotherHashThanTheRecordedOne_LIFE8(string recorded, bool changed)
    {
        var seen = new TestSituation { Steps = Steps }.Seen;
        var rollout = seen.Rollout;

        Assert.Equal(changed, Situation.Of(seen with { Rollout = rollout with { Status = rollout.Status with { CurrentPodHash = recorded } } }).TemplateChanged);
    }

    [Theory]
    [InlineData("new:1/1", "new", 0, true)]
    [InlineData("new:1/1 stable:1/1", "stable", 0, false)]
    [InlineData("new:1/1 stable:1/1", "stable", 1, true)]
    [InlineData("new:1/1 a:1/1 stable:1/1", "stable", 1, false)]
    [InlineData("new:1/1 a:1/1 stable:1/1", "stable", 2, true)]
    [InlineData("stable:1/1 new:1/1", "stable", 9, false)]
    public void Rollback_IsFastToStableOrWithinTheWindow_LIFE12_LIFE10(string versions, string stable, int window, bool fast)
    {
        var seen = new TestSituation { Steps = Steps, Versions = versions, StableHash = stable }.Seen;
        var rollout = seen.Rollout;

        Assert.Equal(fast, Situation.Of(seen with { Rollout = rollout with { Spec = rollout.Spec with { RollbackWindowRevisions = window } } }).IsFastRollback);
    }

    [Fact]
    public void Rollback_OfABlueGreen_IsFastWhileTheOldPodsAreThere_LIFE12_VER7()
    {
        foreach (var (seconds, fast) in new[] { (29, true), (31, false) })
        {
            var world = TestWorld.BlueGreen(2, "\"autoPromotionEnabled\":false,");
            world.Settle();
            world.SetImage("v2");
            world.Settle();
            world.PatchStatus("""{"pauseConditions":null}""");
            world.Settle();
            world.Now += TimeSpan.FromSeconds(seconds);
            world.Settle();
            world.SetImage("v1");
            world.Settle();
            Assert.Equal(fast ? RolloutPhases.Healthy : RolloutPhases.Paused, world.Status.Phase);
            Assert.Equal(fast, world.Selected("active") == world.ReplicaSet("v1").Hash);
        }
    }

    [Fact]
    public void ScalingPass_OnlyScalesAndCounts_LIFE30()
    {
        var world = TestWorld.Routed(4, Steps);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        var before = world.Status;
        world.Edit(spec => spec["replicas"] = 8);
        var effects = world.Decide().Effects;

        Assert.All(effects, e => Assert.True(e is ScaleReplicaSet or PatchReplicaSet or PatchRolloutStatus or EmitEvent, e.ToString()));
        world.Apply(world.Decide());
        Assert.Equal((before.CurrentStepIndex, before.StableRS, before.Weights!.Canary.Weight), (world.Status.CurrentStepIndex, world.Status.StableRS, world.Status.Weights!.Canary.Weight));
        Assert.Equal((6, 6), (world.Status.HpaReplicas, world.Status.AvailableReplicas));
        world.Settle();
        Assert.Equal("v1:8 v2:4", world.Pods);
    }

    [Theory]
    [InlineData("\"maxSurge\":\"100%\",", "v1:3 v2:4", "v1:3 v2:8", "v1:3 v2:4")]
    [InlineData("\"maxSurge\":2,\"maxUnavailable\":0,", "v1:4 v2:2", "v1:4 v2:6", "v1:4 v2:2")]
    public void Scaling_DuringAnUpdateThatFails_KeepsTheOldPods_LIFE31_E2E42(string limits, string four, string eight, string back)
    {
        var world = TestWorld.Canary(4, "[]", limits);
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(four, world.Pods);
        world.Edit(spec => spec["replicas"] = 8);
        world.Settle();
        Assert.Equal(eight, world.Pods);
        world.Edit(spec => spec["replicas"] = 4);
        world.Settle();
        Assert.Equal(back, world.Pods);
    }

    [Fact]
    public void BlueGreen_ThatBecomesACanary_GoesOnAsOne_LIFE35_E2E89()
    {
        var world = TestWorld.BlueGreen(2);
        world.Settle();
        world.Edit(spec =>
        {
            spec["strategy"] = JsonNode.Parse("""{"canary":{"maxSurge":1,"maxUnavailable":0,"steps":[{"setWeight":50},{"pause":{}}]}}""");
            spec["template"]!["spec"]!["containers"]![0]!["image"] = "v2";
        });
        world.Settle();

        Assert.Equal("v1:1 v2:1", world.Pods);
        Assert.Equal((RolloutPhases.Paused, 2, 1, 2, 2), (world.Status.Phase, world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        Assert.Equal("", world.Status.BlueGreen.ActiveSelector);
    }

    [Fact]
    public void Background_InconclusiveDuringAPauseStep_IsNotReplacedUntilAPersonResumes_AR7_AR6()
    {
        var world = TestWorld.Canary(4, Steps, "\"analysis\":{\"templates\":[{\"templateName\":\"t\"}]},");
        world.AddTemplate("t", Template);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.EndRun(Assert.Single(world.Runs.Keys), "Inconclusive");
        world.Settle();
        Assert.Equal([PauseReasons.CanaryPauseStep, PauseReasons.InconclusiveAnalysisRun], world.Status.PauseConditions.Select(c => c.Reason));
        world.PatchStatus($$"""{"pauseConditions":[{"reason":"CanaryPauseStep","startTime":"2026-07-01T12:00:00Z"}]}""");
        world.Settle();

        Assert.Single(world.Runs);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void AnalysisStep_WithoutTemplates_IsDone_AR10_VER14()
    {
        // The incumbent never completes it.
        var world = TestWorld.Canary(4, """[{"setWeight":50},{"analysis":{"templates":[]}},{"pause":{}}]""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal(2, world.Status.CurrentStepIndex);
        Assert.Empty(world.Runs);
    }

    private static string Completed(TestWorld world)
    {
        var message = world.Emitted.Last(e => e.Message.StartsWith("Rollout completed update", StringComparison.Ordinal)).Message;
        world.Emitted.Clear();
        return message;
    }
}
