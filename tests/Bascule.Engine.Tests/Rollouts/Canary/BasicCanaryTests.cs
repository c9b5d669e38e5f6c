using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts.Canary;

/// <summary>A canary without traffic routing, from pass to pass.</summary>
public sealed class BasicCanaryTests
{
    private const string Steps = """[{"setWeight":40},{"pause":{}}]""";

    [Fact]
    public void Scaling_OneKindOfPodsInAPass_StableFirst_BC10()
    {
        var world = AtPause();
        world.PatchStatus("""{"abort":true}""");
        var pass = world.Decide();

        // Stable grows in this pass, and nothing else is scaled; the status is written at its end.
        var scale = Assert.Single(pass.Effects.OfType<ScaleReplicaSet>());
        Assert.Equal((world.ReplicaSet("v1").Name, 3, 5), (scale.Name, scale.From, scale.To));
        Assert.Contains(pass.Effects, e => e is PatchRolloutStatus);
        Assert.True(pass.Effects.ToList().FindIndex(e => e is ScaleReplicaSet) < pass.Effects.ToList().FindIndex(e => e is PatchRolloutStatus));
    }

    [Fact]
    public void Halted_Rollout_ScalesNothing_BC10()
    {
        var world = AtPause();
        world.Edit(spec => spec["paused"] = true);
        world.Reconcile();
        world.Edit(spec => spec["replicas"] = 20);
        world.Reconcile();

        Assert.Equal("v1:3 v2:2", world.Pods);
    }

    [Fact]
    public void Deadline_LeftOverFromRouting_IsTakenAwayAndNeverGiven_BC16()
    {
        var world = AtPause();
        foreach (var image in new[] { "v1", "v2" })
            world.Annotate(image, Annotations.ScaleDownDeadline, "2026-07-01T13:00:00Z");
        world.Settle();
        Assert.All(world.Observe().ReplicaSets, rs => Assert.False(rs.HasScaleDownDeadline));

        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.All(world.Observe().ReplicaSets, rs => Assert.False(rs.HasScaleDownDeadline));
    }

    [Fact]
    public void OldVersions_LoseTheirUnavailablePodsFirst_AndNewestFirstAfterThem_BC13_BC14()
    {
        // v2 was overtaken half-way and crashes; v3 too, and is well. Availability allows one pod to go at a time.
        var world = TestWorld.Canary(6, Steps, "\"maxSurge\":0,\"maxUnavailable\":1,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:4 v2:2", world.Pods);
        world.Crash("v2");
        world.SetImage("v3");
        for (var pass = 0; pass < 20 && world.ReplicaSet("v2").Wanted > 0; pass++)
            world.Apply(world.Decide());

        // The pods that answered nobody went although no more than one available pod may be missing.
        Assert.Equal(0, world.ReplicaSet("v2").Wanted);
        Assert.Equal(4, world.ReplicaSet("v1").Wanted);
        world.Settle();
        Assert.Equal("v1:4 v2:0 v3:2", world.Pods);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void OldVersions_GoOnlyAsFarAsTheOthersAreAvailable_BC14_BC6()
    {
        var world = TestWorld.Canary(6, Steps, "\"maxSurge\":0,\"maxUnavailable\":1,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.SetImage("v3");
        var fewest = int.MaxValue;
        for (var pass = 0; pass < 60; pass++)
        {
            world.Apply(world.Decide());
            fewest = Math.Min(fewest, world.Observe().ReplicaSets.Sum(r => Math.Min(r.Wanted, r.Available)));
            if (pass % 3 == 2)
                world.MakePods(most: 1);
        }

        Assert.Equal(5, fewest);
        Assert.Equal("v1:4 v2:0 v3:2", world.Pods);
    }

    [Fact]
    public void ThreeVersions_ThePassThatTakesTheOldest_LeavesNewAndStableAlone_BC6()
    {
        var at = new TestSituation { Routed = false, Strategy = "\"maxSurge\":0,\"maxUnavailable\":5,", Steps = """[{"setWeight":10},{"pause":{}}]""", Status = """{"currentStepIndex":1}""", Versions = "old:1/1 stable:9/9 new:0/0" }.At;

        Assert.Equal((0, 9), at.NextSizes);
    }

    [Theory]
    [InlineData("\"maxSurge\":2,\"maxUnavailable\":0,", "stable:10/10 new:0/0", 2, 10)]
    [InlineData("\"maxSurge\":3,\"maxUnavailable\":0,", "old:1/1 stable:8/8 new:0/0", 4, 8)]
    [InlineData("\"maxSurge\":0,\"maxUnavailable\":2,", "stable:10/10 new:0/0", 0, 8)]
    [InlineData("\"maxSurge\":0,\"maxUnavailable\":2,", "stable:10/7 new:0/0", 0, 8)]
    public void Sizes_RespectSurgeThenAvailability_BC5_BC7_BC8(string limits, string versions, int canary, int stable)
    {
        var at = new TestSituation { Routed = false, Strategy = limits, Steps = """[{"setWeight":40},{"pause":{}}]""", Status = """{"currentStepIndex":0}""", Versions = versions }.At;

        Assert.Equal((canary, stable), at.NextSizes);
    }

    private static TestWorld AtPause()
    {
        var world = TestWorld.Canary(5, Steps);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:3 v2:2", world.Pods);
        return world;
    }
}
