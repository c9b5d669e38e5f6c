using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>The end-to-end suite of Argo Rollouts about canaries, lived through in memory.</summary>
public sealed class CanaryScenarioTests
{
    private const string Steps = """[{"setWeight":25},{"pause":{}}]""";

    [Fact]
    public void RoundTrip_OfWeights_KeepsAvailability_E2E44()
    {
        // Weights 100, 0, 100 with a surge of 2 and nothing unavailable; then the analysis fails.
        var world = TestWorld.Canary(3, """[{"setWeight":100},{"pause":{}},{"setWeight":0},{"pause":{}},{"setWeight":100},{"analysis":{"templates":[{"templateName":"t"}]}}]""", "\"maxSurge\":2,\"maxUnavailable\":0,");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:0 v2:3", world.Pods);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Reconcile();
        Assert.Equal("v1:2 v2:3", world.Pods); // stable is still starting
        world.Settle();
        Assert.Equal("v1:3 v2:0", world.Pods);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal("v1:0 v2:3", world.Pods);
        world.EndRun(world.Runs.Keys.Last(), "Failed");
        world.Reconcile();
        Assert.Equal("v1:2 v2:3", world.Pods);
        world.Settle();
        Assert.Equal(("v1:3 v2:0", RolloutPhases.Degraded), (world.Pods, world.Status.Phase));
    }

    [Fact]
    public void ProgressDeadline_WithPause_IsMissedAndMadeUpFor_E2E46()
    {
        var world = TestWorld.Canary(3, """[{"setWeight":25},{"pause":{}}]""", "\"maxSurge\":1,\"maxUnavailable\":0,", "\"progressDeadlineSeconds\":5,");
        Slow(world, "v1");
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);

        world.SetImage("v2");
        Slow(world, "v2");
        Assert.Equal((RolloutPhases.Paused, "v1:3 v2:1"), (world.Status.Phase, world.Pods));

        world.BrokenImages.Add("v2");
        world.PatchStatus("""{"pauseConditions":null}""");
        Slow(world, "v2");
        Assert.Equal((RolloutPhases.Healthy, "v1:0 v2:3"), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void ScaleDownDelay_LongerThanTheProgressDeadline_IsNoFailure_E2E47()
    {
        var world = TestWorld.Routed(2, "[]", "\"scaleDownDelaySeconds\":60,", spec: "\"progressDeadlineSeconds\":5,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        for (var seconds = 0; seconds < 60; seconds += 6)
        {
            Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
            world.Now += TimeSpan.FromSeconds(6);
            world.Settle();
        }

        Assert.Equal(("v1:0 v2:2", RolloutPhases.Healthy), (world.Pods, world.Status.Phase));
    }

    [Fact]
    public void Abort_WithDelayZeroAndASetScale_KeepsTheCanaryWithoutDeadline_E2E51()
    {
        var world = TestWorld.Routed(2, """[{"setCanaryScale":{"replicas":1}},{"setWeight":50},{"pause":{}}]""", "\"abortScaleDownDelaySeconds\":0,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Settle();

        Assert.Equal("v1:2 v2:1", world.Pods);
        Assert.False(world.ReplicaSet("v2").HasScaleDownDeadline);
        Assert.Equal(0, world.Traffic!.Canary.Weight);
    }

    [Fact]
    public void ThirdRevision_WhileTheSecondIsPaused_TakesItsPlace_E2E52()
    {
        var world = Updated(TestWorld.Canary(4, Steps));
        world.SetImage("v3");
        world.Settle();

        Assert.Equal(("v1:3 v2:0 v3:1", RolloutPhases.Paused), (world.Pods, world.Status.Phase));
    }

    [Fact]
    public void SpecPause_OfAPromotedRollout_IsPausedWithoutFlapping_E2E56()
    {
        var world = TestWorld.Canary(2, Steps);
        world.Settle();
        world.Edit(spec => spec["paused"] = true);
        world.Settle();
        var progressing = world.Status.Condition(ConditionTypes.Progressing);
        for (var i = 0; i < 5; i++)
        {
            world.Now += TimeSpan.FromMinutes(15);
            Assert.Empty(world.Decide().Effects);
        }

        Assert.Equal((RolloutPhases.Paused, "manually paused"), (world.Status.Phase, world.Status.Message));
        Assert.NotEqual("Unknown", progressing!.Status);
    }

    [Fact]
    public void AbortRetryPromote_PodsAtEachTurn_E2E80()
    {
        var world = Updated(TestWorld.Canary(1, """[{"setWeight":50},{"pause":{}}]""", "\"maxSurge\":1,\"maxUnavailable\":0,"));
        Assert.Equal("v1:1 v2:1", world.Pods);
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(("v1:1 v2:0", RolloutPhases.Degraded), (world.Pods, world.Status.Phase));
        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal(("v1:1 v2:1", RolloutPhases.Paused), (world.Pods, world.Status.Phase));
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(("v1:0 v2:1", RolloutPhases.Healthy), (world.Pods, world.Status.Phase));
    }

    [Fact]
    public void PromoteFull_DuringAnAnalysisAndAfterAnAbort_EndsHealthyWithoutANewRun_E2E81()
    {
        foreach (var abort in new[] { false, true })
        {
            var world = TestWorld.Canary(4, """[{"setWeight":25},{"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}}]""");
            world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"prometheus":{"query":"1"}}}]}""");
            world.Settle();
            Updated(world);
            if (abort)
            {
                world.PatchStatus("""{"abort":true}""");
                world.Settle();
            }

            world.PatchStatus("""{"promoteFull":true}""");
            world.Settle();
            Assert.Equal((RolloutPhases.Healthy, "v1:0 v2:4", 1), (world.Status.Phase, world.Pods, world.Runs.Count));
        }
    }

    [Fact]
    public void GoodToBad_KeepsTheStablePods_E2E87()
    {
        var world = TestWorld.Canary(4, "[]", "\"maxSurge\":1,\"maxUnavailable\":0,", "\"progressDeadlineSeconds\":1,");
        world.Settle();
        world.BrokenImages.Add("bad");
        world.SetImage("bad");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(2);
        world.Settle();

        Assert.Equal((RolloutPhases.Degraded, "bad:1 v1:4"), (world.Status.Phase, world.Pods));
        Assert.Equal(4, world.Status.AvailableReplicas);
    }

    [Theory]
    [InlineData("[]", "bad:0 v2:4")]
    [InlineData("""[{"setWeight":20},{"pause":{"duration":1}},{"setWeight":50},{"pause":{"duration":1}}]""", "bad:0 v2:4")]
    public void BadToGood_Recovers_E2E87(string steps, string pods)
    {
        var world = Bad(steps);
        world.SetImage("v2");
        for (var i = 0; i < 4; i++)
        {
            world.Settle();
            world.Now += TimeSpan.FromSeconds(2);
        }

        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, pods), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void BadToBad_StaysWithinTheSurge_E2E87()
    {
        var world = Bad("[]");
        world.BrokenImages.Add("worse");
        world.SetImage("worse");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(2);
        world.Settle();

        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        Assert.True(world.Observe().ReplicaSets.Sum(r => r.Wanted) <= 5, world.Pods);
        Assert.True(world.ReplicaSet("worse").Wanted >= 1, world.Pods);
    }

    [Fact]
    public void Pause_LongerThanTheProgressDeadline_IsNeverDegraded_E2E97()
    {
        var world = TestWorld.Canary(3, """[{"setWeight":32},{"pause":{"duration":"30s"}},{"setWeight":67}]""", spec: "\"progressDeadlineSeconds\":5,");
        world.Settle();
        world.SetImage("v2");
        for (var seconds = 0; seconds < 40; seconds++)
        {
            world.Settle();
            Assert.NotEqual(RolloutPhases.Degraded, world.Status.Phase);
            world.Now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void SpecAndReplicas_ChangedAtTheSameTime_BothCount_E2E99()
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50},{"pause":{"duration":1}}]""", "\"maxSurge\":1,\"maxUnavailable\":0,");
        world.Settle();
        world.Edit(spec =>
        {
            spec["replicas"] = 4;
            spec["template"]!["spec"]!["containers"]![0]!["image"] = "v2";
        });
        world.Settle();
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();

        Assert.Equal((4, 4, 4, 4, 4), (world.Observe().Rollout.Replicas, world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
    }

    [Fact]
    public void Duration_OfAnUpdate_CountsManualPausesOnly_E2E60()
    {
        // Timed pauses are part of the plan; a hold and a pause without an end wait for a person.
        foreach (var (step, hold, seconds) in new[] { ("""{"duration":30}""", false, 0), ("{}", false, 30), ("""{"duration":30}""", true, 30) })
        {
            var world = Updated(TestWorld.Canary(2, $$"""[{"setWeight":50},{"pause":{{step}} }]"""));
            if (hold)
            {
                world.Edit(spec => spec["paused"] = true);
                world.Settle();
            }

            world.Now += TimeSpan.FromSeconds(30);
            world.Edit(spec => spec["paused"] = false);
            if (step == "{}")
                world.PatchStatus("""{"pauseConditions":null}""");
            world.Settle();
            Assert.Equal(("Promoted", seconds), (world.Status.Duration!.CompletionStatus, (int)(world.Status.Duration.TotalManualPauseDurationSeconds ?? 0)));
            Assert.Equal(world.Now, world.Status.Duration.FinishedAt);
        }
    }

    [Fact]
    public void Duration_OfAnEndByAPerson_SaysSo_E2E61()
    {
        var world = Updated(TestWorld.Canary(2, Steps));
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("Aborted", world.Status.Duration!.CompletionStatus);
        world.Now += TimeSpan.FromMinutes(1);
        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal(("", world.Now), (world.Status.Duration!.CompletionStatus, world.Status.Duration.RolloutStartedAt));
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal("FastPromoted", world.Status.Duration!.CompletionStatus);
    }

    [Fact]
    public void Duration_OfASupersededUpdate_StartsAnew_AndARollbackKeepsItsStart_E2E62()
    {
        var world = Updated(TestWorld.Canary(2, Steps));
        var start = world.Now;
        world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v3");
        world.Settle();
        Assert.Equal(start.AddMinutes(1), world.Status.Duration!.RolloutStartedAt);
        world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v1");
        world.Settle();
        Assert.Equal(("FastRolledBack", start.AddMinutes(1)), (world.Status.Duration!.CompletionStatus, world.Status.Duration.RolloutStartedAt));
    }

    [Theory]
    [InlineData(1, "FastRolledBack")]
    [InlineData(0, "RolledBack")]
    public void Duration_OfARollback_KnowsTheWindow_AndScalingIsNoUpdate_E2E63(int window, string status)
    {
        var world = Updated(TestWorld.Canary(2, Steps, spec: $"\"rollbackWindow\":{{\"revisions\":{window}}},"));
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        var done = world.Status.Duration;
        world.Edit(spec => spec["replicas"] = 4);
        world.Settle();
        Assert.Equal(done, world.Status.Duration);
        var start = world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v3");
        world.Settle();
        world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v1");
        world.Settle();
        if (window == 0)
        {
            world.PatchStatus("""{"pauseConditions":null}""");
            world.Settle();
        }

        Assert.Equal("v1:4 v2:0 v3:0", world.Pods);
        Assert.Equal((status, start), (world.Status.Duration!.CompletionStatus, world.Status.Duration.RolloutStartedAt));
    }

    private static TestWorld Updated(TestWorld world)
    {
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        return world;
    }

    /// <summary>Pods that come after the deadline: degraded first, then not.</summary>
    private static void Slow(TestWorld world, string image)
    {
        world.BrokenImages.Add(image);
        world.Settle();
        world.Now += TimeSpan.FromSeconds(6);
        world.Settle();
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        world.BrokenImages.Clear();
        world.Settle();
    }

    private static TestWorld Bad(string steps)
    {
        var world = TestWorld.Canary(4, steps, "\"maxSurge\":1,\"maxUnavailable\":0,", "\"progressDeadlineSeconds\":1,");
        world.BrokenImages.Add("bad");
        world.SetImage("bad");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(2);
        world.Settle();
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        return world;
    }
}
