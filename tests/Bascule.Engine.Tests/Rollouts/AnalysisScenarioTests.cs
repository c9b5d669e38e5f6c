using System.Text.Json.Nodes;
using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>The end-to-end suite of Argo Rollouts about analyses and rollbacks, as far as the Rollout decides.</summary>
public sealed class AnalysisScenarioTests
{
    private const string Analysis = """{"templates":[{"templateName":"a"}]}""";
    private const string Template = """{"metrics":[{"name":"NAME","provider":{"prometheus":{"query":"1"}}}]}""";

    [Fact]
    public void Background_RunsWhilePaused_AndEndsWithThePromotion_E2E1()
    {
        var world = World("""[{"setWeight":20},{"pause":{}}]""", $"\"analysis\":{Analysis},");
        world.SetImage("v2");
        world.Settle();
        var run = Assert.Single(world.Runs).Key;
        world.EndRun(run, "Running");
        world.Settle();
        Assert.Equal((RolloutPhases.Paused, "Running"), (world.Status.Phase, world.Status.BackgroundAnalysisRun!.Status));
        Resume(world);

        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.True(world.Runs[run]["spec"]!["terminate"]!.GetValue<bool>());
        Assert.Single(world.Runs);
    }

    [Fact]
    public void Background_InconclusiveDuringAPause_HoldsTheRollout_E2E2()
    {
        var world = World("""[{"setWeight":20},{"pause":{"duration":5}},{"setWeight":60},{"pause":{}}]""", $"\"analysis\":{Analysis},");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Inconclusive");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(5);
        world.Settle();

        Assert.Equal((RolloutPhases.Paused, PauseReasons.InconclusiveAnalysisRun), (world.Status.Phase, world.Status.Message));
        Assert.Single(world.Runs);
        Assert.Equal("v1:4 v2:1", world.Pods);
    }

    [Fact]
    public void Inline_OneAfterTheOther_E2E3()
    {
        var world = World($$"""[{"analysis":{{Analysis}} },{"pause":{} },{"analysis":{{Analysis}} },{"analysis":{{Analysis}} }]""");
        world.SetImage("v2");
        world.Settle();
        Succeed(world);
        Assert.Equal((RolloutPhases.Paused, 1), (world.Status.Phase, world.Runs.Count));
        Resume(world);
        Succeed(world);
        Succeed(world);

        Assert.Equal((RolloutPhases.Healthy, 3), (world.Status.Phase, world.Runs.Count));
    }

    [Fact]
    public void SeveralTemplates_AreOneRun_E2E4_E2E11()
    {
        var world = World("""[{"setWeight":20},{"analysis":{"templates":[{"templateName":"a"},{"templateName":"b"}]}}]""");
        world.SetImage("v2");
        world.Settle();

        Assert.Equal(["a", "b"], Assert.Single(world.Runs).Value["spec"]!["metrics"]!.AsArray().Select(m => m!["name"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OneBadMetric_AmongSeveral_DegradesTheRollout_E2E5()
    {
        var world = World("""[{"setWeight":20},{"analysis":{"templates":[{"templateName":"a"},{"templateName":"b"}]}}]""");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Failed", "Metric \"b\" assessed Failed");
        world.Settle();

        Assert.Equal((RolloutPhases.Degraded, "v1:5 v2:0"), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void BlueGreen_AfterAFailedAnalysis_TakesAGoodThirdRevision_E2E9()
    {
        var world = BlueGreen($"\"autoPromotionEnabled\":false,\"prePromotionAnalysis\":{Analysis},");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Failed");
        world.Settle();
        Assert.Equal((RolloutPhases.Degraded, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Selected("active")));
        world.SetImage("v3");
        world.Settle();
        Succeed(world);
        Assert.Equal((RolloutPhases.Paused, world.ReplicaSet("v3").Hash), (world.Status.Phase, world.Selected("preview")));
        Resume(world);

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v3").Hash, 2), (world.Status.Phase, world.Selected("active"), world.Runs.Count));
    }

    [Fact]
    public void BlueGreen_WithEverything_E2E10()
    {
        var world = BlueGreen($"\"previewReplicaCount\":1,\"autoPromotionSeconds\":10,\"prePromotionAnalysis\":{Analysis},\"postPromotionAnalysis\":{Analysis},", 2);
        world.SetImage("v2");
        world.Settle();
        Succeed(world);
        Assert.Equal((RolloutPhases.Paused, "v1:2 v2:1"), (world.Status.Phase, world.Pods));
        Assert.Equal((3, 1, 2, 2), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        world.Now += TimeSpan.FromSeconds(9);
        Assert.Empty(world.Decide().Effects);

        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal((world.ReplicaSet("v2").Hash, "v1:2 v2:2"), (world.Selected("active"), world.Pods));
        Assert.Equal((4, 2, 2, 2), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        world.EndRun(world.Runs.Keys.Last(), "Failed");
        world.Settle();
        Assert.Equal((RolloutPhases.Degraded, world.ReplicaSet("v1").Hash, "v1:2 v2:2"), (world.Status.Phase, world.Selected("active"), world.Pods));
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 4)]
    public void Rollback_WithinTheWindow_AnalysesNothing_E2E120(bool within, int runs)
    {
        var world = World($$"""[{"setWeight":20},{"analysis":{{Analysis}} }]""");
        world.Edit(spec => spec["rollbackWindow"] = new JsonObject { ["revisions"] = within ? 3 : 1 });
        foreach (var image in new[] { "v2", "v3", "v4" })
        {
            world.SetImage(image);
            world.Settle();
            Succeed(world);
            Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        }

        world.SetImage("v1");
        world.Settle();
        Assert.Equal(runs, world.Runs.Count);
        Assert.Equal(within ? RolloutPhases.Healthy : RolloutPhases.Progressing, world.Status.Phase);
    }

    private static TestWorld World(string steps, string more = "")
    {
        var world = TestWorld.Canary(5, steps, more);
        Templates(world);
        return world;
    }

    private static TestWorld BlueGreen(string more, int replicas = 3)
    {
        var world = TestWorld.BlueGreen(replicas, "\"previewService\":\"preview\"," + more);
        Templates(world);
        return world;
    }

    private static void Templates(TestWorld world)
    {
        foreach (var name in new[] { "a", "b" })
            world.AddTemplate(name, Template.Replace("NAME", name, StringComparison.Ordinal));
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    private static void Succeed(TestWorld world)
    {
        world.EndRun(world.Runs.Keys.Last(), "Successful");
        world.Settle();
    }

    private static void Resume(TestWorld world)
    {
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
    }
}
