using System.Text.Json.Nodes;
using Bascule.Api;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>A status that somebody wrote by hand, or that was cut off, is repaired: neither obeyed nor fatal.</summary>
public sealed class DamagedStatusTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    public static TheoryData<string, string> Damages => new()
    {
        { "negative step", """{"currentStepIndex":-5}""" },
        { "step beyond the last", """{"currentStepIndex":99}""" },
        { "step that is no number", """{"currentStepIndex":"two"}""" },
        { "unknown stable version", """{"stableRS":"nobody"}""" },
        { "unknown current version", """{"currentPodHash":"nobody"}""" },
        { "both unknown", """{"currentPodHash":"nobody","stableRS":"nobody"}""" },
        { "both the same, unknown", """{"currentPodHash":"nobody","stableRS":"nobody","currentStepIndex":4}""" },
        { "foreign phase", """{"phase":"Jolly","message":7}""" },
        { "pause of an unknown reason", """{"pauseConditions":[{"reason":"Foreign","startTime":"2026-07-01T11:00:00Z"}]}""" },
        { "pauses that are none", """{"pauseConditions":[1,"x",null,{"reason":5}]}""" },
        { "pauses that are no list", """{"pauseConditions":"yes"}""" },
        { "pause twice", """{"pauseConditions":[{"reason":"CanaryPauseStep","startTime":"2026-07-01T12:00:00Z"},{"reason":"CanaryPauseStep"}]}""" },
        { "pause of the other strategy", """{"pauseConditions":[{"reason":"BlueGreenPause","startTime":"2026-07-01T12:00:00Z"}]}""" },
        { "unknown steps", """{"currentStepHash":"nobody"}""" },
        { "conditions that are none", """{"conditions":[3,{"type":7},{"type":"Progressing","status":"Perhaps","reason":"Foreign","lastUpdateTime":"never"}]}""" },
        { "negative counts", """{"replicas":-3,"updatedReplicas":-3,"availableReplicas":-3,"readyReplicas":-3,"HPAReplicas":-1}""" },
        { "runs that are not there", """{"canary":{"currentStepAnalysisRunStatus":{"name":"nobody","status":"Failed"},"currentBackgroundAnalysisRunStatus":{"name":"nobody","status":"Successful"},"currentExperiment":"nobody"},"blueGreen":{"prePromotionAnalysisRunStatus":{"name":"nobody","status":"Failed"},"postPromotionAnalysisRunStatus":{"name":"nobody","status":"Failed"}}}""" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Canary_AtAPause_StaysOrComesBackToIt(string damage, string status)
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        IsRepaired(damage, world, status, "v1:4 v2:1", () => Assert.Equal(1, world.Status.CurrentStepIndex));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void RoutedCanary_AtAPause_StaysOrComesBackToIt(string damage, string status)
    {
        var world = AtPause(TestWorld.Routed(5, Steps));
        IsRepaired(damage, world, status, "v1:5 v2:1", () => Assert.Equal((20, 80), (world.Traffic!.Canary.Weight, world.Traffic.Stable.Weight)));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void BlueGreen_BeforeItsSwitch_StaysOrComesBackToIt(string damage, string status)
    {
        var world = AtPause(TestWorld.BlueGreen(3, "\"autoPromotionEnabled\":false,"));
        status = status.Replace("BlueGreenPause", "CanaryPauseStep", StringComparison.Ordinal);
        IsRepaired(damage, world, status, "v1:3 v2:3", () => Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("active")));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void PromotedRollout_StaysHealthy(string damage, string status)
    {
        foreach (var world in new[] { TestWorld.Canary(3, Steps), TestWorld.Routed(3, Steps), TestWorld.BlueGreen(3) })
        {
            world.Settle();
            Damage(world, status);
            world.Settle();
            Assert.Equal((damage, "v1:3", RolloutPhases.Healthy, ""), (damage, world.Pods, world.Status.Phase, world.Status.Message));
            Assert.Equal(world.ReplicaSet("v1").Hash, world.Status.StableRS);
        }
    }

    private static void IsRepaired(string damage, TestWorld world, string status, string pods, Action alsoHolds)
    {
        var (stable, current) = (world.ReplicaSet("v1").Hash, world.ReplicaSet("v2").Hash);
        Damage(world, status);
        world.Settle();

        Assert.Equal((damage, RolloutPhases.Paused, pods), (damage, world.Status.Phase, world.Pods));
        Assert.Equal((stable, current), (world.Status.StableRS, world.Status.CurrentPodHash));
        Assert.Single(world.Status.PauseConditions);
        alsoHolds();

        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal((damage, RolloutPhases.Healthy, current), (damage, world.Status.Phase, world.Status.StableRS));
    }

    private static void Damage(TestWorld world, string status)
    {
        foreach (var (field, value) in (JsonObject)JsonNode.Parse(status)!)
            world.Rollout["status"]![field] = value?.DeepClone();
        world.PatchStatus("{}");
    }

    private static TestWorld AtPause(TestWorld world)
    {
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        return world;
    }

    /// <summary>It would have no deadline for as long as it is said to be paused, and would be looked at every second.</summary>
    [Fact]
    public void SaidToBePaused_PromotedAndNotPaused_IsResumedAndHasADeadline_COND21()
    {
        var world = TestWorld.Canary(2, "[]");
        world.Settle();
        world.Crash("v1");
        world.PatchStatus("""{"conditions":[{"type":"Progressing","status":"Unknown","reason":"RolloutPaused","lastUpdateTime":"2026-07-01T12:00:00Z"}]}""");
        var decision = world.Reconcile();

        Assert.NotEqual(ConditionReasons.Paused, world.Status.Conditions.Single(c => c.Type == ConditionTypes.Progressing).Reason);
        Assert.Equal(TimeSpan.FromSeconds(601), decision.LookAgainAfter);
    }

    [Fact]
    public void CountsOfAReplicaSet_BelowNone_CountAsNone()
    {
        var world = TestWorld.Canary(2, "[]");
        world.Settle();
        world.Raw(world.ReplicaSet("v1").Name)["status"] = new JsonObject { ["replicas"] = -1, ["readyReplicas"] = -2, ["availableReplicas"] = -3 };
        var seen = world.ReplicaSet("v1");

        Assert.Equal((0, 0, 0), (seen.Current, seen.Ready, seen.Available));
    }
}
