using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class BlueGreenTests
{
    private const string Analysis = """{"templates":[{"templateName":"good"}]}""";

    [Fact]
    public void StatusLostAndTheActiveVersionDown_TheNewOneGetsAllOfItsPodsAndUsers_LIFE1()
    {
        var world = TestWorld.BlueGreen(3, "\"previewService\":\"preview\",\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,");
        world.Settle();
        world.Crash("v1");
        world.Rollout["status"]!.AsObject().Clear();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash, 3), (world.Status.Phase, world.Selected("active"), world.ReplicaSet("v2").Available));
    }

    [Fact]
    public void FirstDeploy_SwitchesTheActiveServiceWhenSaturated_BG1_LIFE1()
    {
        var world = TestWorld.BlueGreen(3);
        world.Reconcile();
        Assert.Equal("v1:3", world.Pods);
        Assert.Equal("", world.Selected("active"));
        Assert.NotEmpty(world.Status.StableRS);

        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        Assert.Equal((RolloutPhases.Healthy, ""), (world.Status.Phase, world.Status.Message));
        Assert.Equal((3, 3, 3, 3, 3), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas, world.Status.HpaReplicas));
    }

    [Fact]
    public void Update_WithAutoPromotion_SwitchesAndKeepsTheOldPodsForTheirDelay_BG44_E2E88()
    {
        var world = Deployed();
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.Equal("v1:3 v2:3", world.Pods);
        Assert.Equal((6, 3, 3, 3), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal($"app=web,rollouts-pod-template-hash={world.ReplicaSet("v2").Hash}", world.Status.Selector); // STAT-11
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);

        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:0 v2:3", world.Pods);
        Assert.False(world.ReplicaSet("v1").HasScaleDownDeadline);
        Assert.Null(world.Decide().LookAgainAfter);
    }

    [Fact]
    public void Events_OfAnUpdate_ComeInTheReferencesOrder_EV71()
    {
        var world = TestWorld.BlueGreen(3);
        world.Settle();
        Assert.Equal("RolloutUpdated NewReplicaSetCreated ScalingReplicaSet RolloutCompleted SwitchService", world.Told());
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("RolloutUpdated NewReplicaSetCreated RolloutNotCompleted ScalingReplicaSet SwitchService RolloutCompleted", world.Told());
    }

    [Fact]
    public void Update_WithoutAutoPromotion_WaitsForAUser_BG7_BG8_SPEC33()
    {
        var world = Deployed("\"autoPromotionEnabled\":false,\"previewService\":\"preview\",");
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.Equal((RolloutPhases.Paused, PauseReasons.BlueGreenPause), (world.Status.Phase, world.Status.Message));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("preview")); // BG-2
        Assert.Equal(ReasonKind.BlueGreenPause, decision.Reasons[0].Kind);
        Assert.Null(decision.LookAgainAfter);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Update_WithAutoPromotionSeconds_SwitchesWhenTheyAreOver_SPEC34()
    {
        var world = Deployed("\"autoPromotionSeconds\":10,");
        world.SetImage("v2");
        Assert.Equal(TimeSpan.FromSeconds(10), world.Settle().LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(9);
        Assert.Empty(world.Decide().Effects);
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
    }

    [Fact]
    public void Promote_BeforeAutoPromotionSecondsAreOver_SwitchesAtOnce_BG8()
    {
        var world = Deployed("\"autoPromotionSeconds\":600,");
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void Preview_SmallAtFirst_GrowsAfterThePause_BG3_BG12_E2E33()
    {
        var world = Deployed("\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,", replicas: 2);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:2 v2:1", world.Pods);
        Assert.Equal((3, 1, 2, 2), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal("v1:2 v2:2", world.Pods);
        Assert.Equal((4, 2, 2, 2), (world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.False(world.Status.BlueGreen.ScaleUpPreviewCheckPoint);
    }

    [Fact]
    public void PromoteFull_WithASmallPreview_SkipsPauseAndAnalysis_E2E34_LIFE23()
    {
        var world = Analysed("\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,");
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.False(world.Status.PromoteFull);
    }

    [Fact]
    public void Analyses_BeforeAndAfterTheSwitch_RunInOrder_BG13_BG14_E2E6()
    {
        var world = Analysed("\"autoPromotionEnabled\":false,");
        world.SetImage("v2");
        world.Settle();
        var pre = Assert.Single(world.Runs.Keys);
        Assert.EndsWith("-2-pre", pre, StringComparison.Ordinal); // NAME-9
        Assert.Empty(world.Status.PauseConditions); // BG-9
        world.EndRun(pre, "Successful");
        world.Settle();
        Assert.Equal(PauseReasons.BlueGreenPause, Assert.Single(world.Status.PauseConditions).Reason);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        Assert.Equal((RolloutPhases.Progressing, "waiting for analysis to complete"), (world.Status.Phase, world.Status.Message)); // PH-9
        var post = Assert.Single(world.Runs.Keys, k => k.EndsWith("-post", StringComparison.Ordinal));
        world.EndRun(post, "Successful");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
        Assert.Equal("Successful", world.Status.BlueGreen.PostPromotionAnalysisRun!.Status); // AR-1

        // Back to v1 within its delay: fast, without pause and analysis.
        world.SetImage("v1");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active")); // BG-31
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(2, world.Runs.Count);
    }

    /// <summary>As the end-to-end suite found it now and then: whoever went back at once was paused and analysed like everybody.</summary>
    [Fact]
    public void WayBack_WantedAtTheMomentOfThePromotion_IsShort_BG31()
    {
        var world = TestWorld.BlueGreen(2, "\"autoPromotionEnabled\":false,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        while (world.Status.StableRS != world.ReplicaSet("v2").Hash)
            world.Apply(world.Decide());

        world.SetImage("v1");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Selected("active")));
    }

    /// <summary>As the end-to-end suite found it on a program that is quick enough: times of creation have whole seconds.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\"rollbackWindow\":{\"revisions\":2},")]
    public void WayBack_ToAVersionOfTheSameSecond_IsShort_BG31(string spec)
    {
        var world = TestWorld.BlueGreen(2, "\"autoPromotionEnabled\":false,", spec);
        world.BetweenCreations = TimeSpan.Zero;
        world.Settle();
        foreach (var version in (string[])["v2", "v3"])
        {
            world.SetImage(version);
            world.Settle();
            world.PatchStatus("""{"pauseConditions":null}""");
            world.Settle();
        }

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v3").Hash), (world.Status.Phase, world.Selected("active")));

        world.SetImage("v2");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash), (world.Status.Phase, world.Selected("active")));
    }

    /// <summary>As seeds 136644, 139211 and others found it: pause and analysis are skipped, but the pods beyond the preview's waited for them.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("\"scaleDownDelaySeconds\":5,", "\"rollbackWindow\":{\"revisions\":2},")]
    public void WayBack_WithASmallPreview_GetsAllPodsAtOnce(string blueGreen, string spec)
    {
        var world = TestWorld.BlueGreen(3, $"\"previewReplicaCount\":1,\"autoPromotionEnabled\":false,\"prePromotionAnalysis\":{Analysis},{blueGreen}", spec);
        world.AddTemplate("good", """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Successful", "");
        world.Settle();
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        if (blueGreen.Length > 0)
        {
            world.Now += TimeSpan.FromSeconds(10);
            world.Settle();
            Assert.Equal("v1:0 v2:3", world.Pods);
        }

        world.SetImage("v1");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Selected("active")));
    }

    /// <summary>As seed 144354 found it: the status did not yet tell which version users had, and the pause made a preview of it again.</summary>
    [Fact]
    public void Version_ThatUsersHave_KeepsItsPods_ThoughTheStatusDoesNotKnowYet()
    {
        var world = TestWorld.BlueGreen(3, "\"previewReplicaCount\":1,");
        world.Settle();
        world.SetImage("v2");
        while (world.ReplicaSets("v2") is not { } rs || world.Selected("active") != rs.Hash)
        {
            world.Apply(world.Decide());
            world.MakePods();
        }

        world.PatchStatus($$"""{"blueGreen":{"activeSelector":"{{world.ReplicaSet("v1").Hash}}"} }""");
        world.Edit(spec => spec["paused"] = true);

        world.Apply(world.Decide());

        Assert.Equal("v1:3 v2:3", world.Pods);
    }

    [Fact]
    public void PrePromotionAnalysis_Failing_Aborts_BG15_E2E7()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Failed", "too many errors");
        var decision = world.Settle();

        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        Assert.Equal((RolloutPhases.Degraded, "RolloutAborted: Rollout aborted update to revision 2: Blue/green pre-promotion analysis phase error/failed: too many errors"), (world.Status.Phase, world.Status.Message));
        Assert.Equal("v1:3 v2:3", world.Pods);
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal("v1:3 v2:0", world.Pods); // BG-30

        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal("v1:3 v2:3", world.Pods);
        Assert.Equal(2, world.Runs.Count); // LIFE-33
        world.EndRun(world.Runs.Keys.Last(), "Successful");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
    }

    [Fact]
    public void PostPromotionAnalysis_Failing_SwitchesBack_E2E8()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Successful");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("active"));
        world.EndRun(world.Runs.Keys.Last(), "Error", "no data");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
    }

    [Fact]
    public void Abort_WithANewVersionThatCrashesAfterTheSwitch_GoesBackAtOnce_BG11()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Successful");
        world.Settle();
        world.Crash("v2");
        world.EndRun(world.Runs.Keys.Last(), "Failed");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
    }

    [Fact]
    public void Inconclusive_Analysis_PausesUntilAUserResumes_BG15()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        world.EndRun(world.Runs.Keys.Single(), "Inconclusive");
        world.Settle();
        Assert.Equal((RolloutPhases.Paused, PauseReasons.InconclusiveAnalysisRun), (world.Status.Phase, world.Status.Message));
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(2, world.Runs.Count);
    }

    [Fact]
    public void ScaleDownDelay_OfZero_TakesTheOldPodsAtOnce_SPEC36()
    {
        var world = Deployed("\"scaleDownDelaySeconds\":0,");
        world.SetImage("v2");
        var decision = world.Settle();
        Assert.Equal("v1:0 v2:3", world.Pods);
        Assert.Null(decision.LookAgainAfter);
    }

    [Fact]
    public void AnalysisWithoutTemplates_IsNoAnalysis_BG16()
    {
        var world = Deployed("\"prePromotionAnalysis\":{\"templates\":[]},\"postPromotionAnalysis\":{},");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void AnalysisRun_ThatHasBegun_IsNotEndedByPodsThatComeAndGo_BG13_BG14_VER14()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        var pre = world.Status.BlueGreen.PrePromotionAnalysisRun!.Name;
        world.Crash("v2");
        world.Settle();
        Assert.Equal((pre, false), (world.Status.BlueGreen.PrePromotionAnalysisRun?.Name, IsEnding(pre)));

        world.BrokenImages.Clear();
        world.Settle();
        world.EndRun(pre, "Successful");
        world.Settle();
        var post = world.Status.BlueGreen.PostPromotionAnalysisRun!.Name;
        world.Crash("v2");
        world.Settle();
        Assert.Equal((post, false), (world.Status.BlueGreen.PostPromotionAnalysisRun?.Name, IsEnding(post)));

        bool IsEnding(string run) => world.Runs[run]["spec"]!["terminate"]?.GetValue<bool>() == true;
    }

    [Fact]
    public void AnalysisRun_NotSeen_IsMissedWhileTheSwitchDependsOnIt_AR9()
    {
        var world = Analysed("");
        world.SetImage("v2");
        world.Settle();
        Assert.Equal([world.Status.BlueGreen.PrePromotionAnalysisRun!.Name], MissedWithoutRuns(world));
        Assert.Empty(world.Decide().RunsMissed);

        world.EndRun(world.Runs.Keys.Last(), "Successful");
        world.Settle();
        Assert.Equal([world.Status.BlueGreen.PostPromotionAnalysisRun!.Name], MissedWithoutRuns(world));

        world.EndRun(world.Runs.Keys.Last(), "Successful");
        world.Settle();
        // Both are still shown, and nothing depends on them.
        Assert.NotNull(world.Status.BlueGreen.PostPromotionAnalysisRun);
        Assert.Empty(MissedWithoutRuns(world));
    }

    [Fact]
    public void SpecPaused_ScalesButMovesNoService_BG42_LIFE26()
    {
        var world = TestWorld.BlueGreen(3, spec: "\"paused\":true,");
        world.Settle();
        Assert.Equal("v1:3", world.Pods);
        Assert.Equal("", world.Selected("active"));
        Assert.Equal((RolloutPhases.Paused, "manually paused"), (world.Status.Phase, world.Status.Message));
    }

    private static TestWorld Deployed(string more = "", int replicas = 3)
    {
        var world = TestWorld.BlueGreen(replicas, more);
        world.Settle();
        world.Told();
        return world;
    }

    private static ImmutableArray<string> MissedWithoutRuns(TestWorld world) => RolloutDecider.Decide(world.Observe() with { AnalysisRuns = [] }).RunsMissed;

    private static TestWorld Analysed(string more)
    {
        var world = TestWorld.BlueGreen(3, $"{more}\"prePromotionAnalysis\":{Analysis},\"postPromotionAnalysis\":{Analysis},");
        world.AddTemplate("good", """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""");
        world.Settle();
        return world;
    }
}
