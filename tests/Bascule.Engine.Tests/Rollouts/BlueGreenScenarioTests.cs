using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>The end-to-end suite of Argo Rollouts about blue-green, lived through in memory.</summary>
public sealed class BlueGreenScenarioTests
{
    private const string Manual = "\"autoPromotionEnabled\":false,";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SlowPods_DegradeAndRecover_E2E31(bool pause)
    {
        var world = TestWorld.BlueGreen(2, pause ? Manual : "", "\"progressDeadlineSeconds\":5,");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(6);
        world.Settle();
        Assert.Equal((RolloutPhases.Degraded, world.ReplicaSet("v1").Hash), (world.Status.Phase, world.Selected("active")));
        world.BrokenImages.Clear();
        world.Settle();
        if (pause)
        {
            Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
            world.PatchStatus("""{"pauseConditions":null}""");
            world.Settle();
        }

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash), (world.Status.Phase, world.Selected("active")));
    }

    [Fact]
    public void ScaleDownDelay_OfADay_KeepsAsManyAsTheLimit_E2E91()
    {
        var world = TestWorld.BlueGreen(1, "\"scaleDownDelaySeconds\":86400,\"scaleDownDelayRevisionLimit\":2,");
        foreach (var image in new[] { "v1", "v2", "v3", "v4" })
        {
            world.SetImage(image);
            world.Settle();
        }

        Assert.Equal("v1:0 v2:1 v3:1 v4:1", world.Pods);
        world.Edit(spec => spec["strategy"]!["blueGreen"]!["scaleDownDelayRevisionLimit"] = 1);
        world.Settle();
        Assert.Equal("v1:0 v2:0 v3:1 v4:1", world.Pods);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProgressDeadline_Exceeded_AbortsIfAsked_E2E92(bool abort)
    {
        var world = TestWorld.BlueGreen(1, "\"abortScaleDownDelaySeconds\":1,", $"\"progressDeadlineSeconds\":1,\"progressDeadlineAbort\":{(abort ? "true" : "false")},");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(2);
        world.Settle();
        world.Now += TimeSpan.FromSeconds(2);
        world.Settle();

        Assert.Equal((RolloutPhases.Degraded, abort), (world.Status.Phase, world.Status.Abort));
        Assert.Equal(abort ? "v1:1 v2:0" : "v1:1 v2:1", world.Pods);
        if (abort)
            Assert.Equal(4, world.Status.Conditions.Length);
    }

    [Fact]
    public void Abort_WithAShortDelay_TakesThePreview_E2E93()
    {
        var world = TestWorld.BlueGreen(2, "\"previewService\":\"preview\",\"abortScaleDownDelaySeconds\":1," + Manual);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        Assert.Equal(TimeSpan.FromSeconds(1), world.Settle().LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();

        Assert.Equal(("v1:2 v2:0", world.ReplicaSet("v1").Hash), (world.Pods, world.Selected("active")));
    }

    [Fact]
    public void PausedLongerThanTheDeadline_StaysPaused_E2E34()
    {
        var world = TestWorld.BlueGreen(2, "\"previewReplicaCount\":1," + Manual, "\"progressDeadlineSeconds\":5,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(6);
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal((2, 4, 2, 2, 2), (world.Observe().Rollout.Replicas, world.Status.Replicas, world.Status.UpdatedReplicas, world.Status.ReadyReplicas, world.Status.AvailableReplicas));
    }

    [Fact]
    public void PromoteFull_AfterAnAbort_EndsHealthy_E2E81()
    {
        var world = TestWorld.BlueGreen(2, Manual);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, world.ReplicaSet("v2").Hash, false), (world.Status.Phase, world.Selected("active"), world.Status.Abort));
    }

    [Theory]
    [InlineData("auto", "Promoted", 0)]
    [InlineData("manual", "Promoted", 30)]
    [InlineData("full", "FastPromoted", 30)]
    [InlineData("abort", "Aborted", 30)]
    [InlineData("stable", "FastRolledBack", 30)]
    public void Duration_SaysHowItEnded_E2E65(string end, string status, int paused)
    {
        var world = TestWorld.BlueGreen(2, end == "auto" ? "\"autoPromotionSeconds\":30," : Manual);
        world.Settle();
        var start = world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(30);
        if (end == "stable")
            world.SetImage("v1");
        else if (end != "auto")
            world.PatchStatus(end switch { "manual" => """{"pauseConditions":null}""", "full" => """{"promoteFull":true}""", _ => """{"abort":true}""" });
        world.Settle();

        var duration = world.Status.Duration!;
        Assert.Equal((status, start, start.AddSeconds(30)), (duration.CompletionStatus, duration.RolloutStartedAt, duration.FinishedAt));
        Assert.Equal(paused, duration.TotalManualPauseDurationSeconds ?? 0);
    }

    [Theory]
    [InlineData(10, "FastRolledBack")]
    [InlineData(40, "RolledBack")]
    public void Duration_OfARollback_KnowsTheScaleDownDelay_E2E65(int seconds, string status)
    {
        var world = TestWorld.BlueGreen(2, "\"autoPromotionSeconds\":1,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        var before = world.Status.Duration;
        world.Edit(spec => spec["replicas"] = 3);
        world.Settle();
        Assert.Equal(before, world.Status.Duration);

        world.Now += TimeSpan.FromSeconds(seconds);
        world.Settle();
        world.SetImage("v3");
        world.Settle();
        world.SetImage("v1");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active"));
        Assert.Equal(status, world.Status.Duration!.CompletionStatus);
    }
}
