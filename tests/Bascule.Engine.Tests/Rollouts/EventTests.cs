using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>The events of a Rollout, word for word.</summary>
public sealed class EventTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60}]""";

    [Fact]
    public void Canary_TellsOfEveryTurn_EV2_EV3_EV5_EV6_EV7_EV8_EV9_EV10_EV12()
    {
        var world = TestWorld.Canary(5, Steps);
        world.Settle();
        var (rs, v1) = (world.ReplicaSet("v1").Name, world.ReplicaSet("v1").Hash);
        Assert.Equal(
            [
                "RolloutUpdated: Rollout updated to revision 1",
                $"NewReplicaSetCreated: Created ReplicaSet {rs} (revision 1)",
                $"RolloutNotCompleted: Rollout not completed, started update to revision 1 ({v1})",
                $"ScalingReplicaSet: Scaled up ReplicaSet {rs} (revision 1) from 0 to 5",
                $"RolloutCompleted: Rollout completed update to revision 1 ({v1}): Initial deploy",
            ],
            Told(world));

        world.SetImage("v2");
        world.Settle();
        var (rs2, v2) = (world.ReplicaSet("v2").Name, world.ReplicaSet("v2").Hash);
        var told = Told(world);
        Assert.Contains($"ScalingReplicaSet: Scaled down ReplicaSet {rs} (revision 1) from 5 to 4", told);
        Assert.Contains("RolloutStepCompleted: Rollout step 1/3 completed (setWeight: 20)", told);
        Assert.Equal("RolloutPaused: Rollout is paused (CanaryPauseStep)", told[^1]);

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        told = Told(world);
        Assert.Contains("RolloutStepCompleted: Rollout step 2/3 completed (pause)", told);
        Assert.Contains($"RolloutCompleted: Rollout completed update to revision 2 ({v2}): Completed all 3 canary steps", told);
        Assert.DoesNotContain("RolloutResumed: Rollout is resumed", told); // The user took the pause away, nothing is left to be told.

        world.SetImage("v1");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        told = Told(world);
        Assert.Contains("SkipSteps: Rollback to stable ReplicaSets", told);
        Assert.Contains($"ScalingReplicaSet: Scaled up ReplicaSet {rs2} (revision 4) from 4 to 5", told);
        Assert.All(world.Emitted, e => Assert.False(e.Warning, e.Reason));
    }

    [Fact]
    public void PauseThatEndsByItself_IsToldOf_EV9_EV10()
    {
        var world = TestWorld.Canary(5, """[{"setWeight":20},{"pause":{"duration":5}},{"setWeight":60}]""");
        world.Settle();
        world.Edit(spec => spec["paused"] = true);
        world.Settle();
        world.Edit(spec => spec["paused"] = false);
        world.Settle();
        Assert.DoesNotContain(world.Emitted, e => e.Reason is EventReasons.Paused or EventReasons.Resumed); // Not for spec.paused.
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(5);
        world.Settle();
        Assert.Contains("RolloutResumed: Rollout is resumed", Told(world));
    }

    [Fact]
    public void Abort_IsAWarning_EV11()
    {
        var world = TestWorld.Canary(5, Steps, spec: "\"progressDeadlineAbort\":true,");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(601);
        world.Settle();
        var message = $"ReplicaSet \"{world.ReplicaSet("v2").Name}\" has timed out progressing.";
        Assert.Equal([$"RolloutAborted: {message}", $"RolloutAborted: Rollout aborted update to revision 2: {message}"], world.Emitted.Where(e => e.Warning).Select(e => $"{e.Reason}: {e.Message}"));
    }

    [Fact]
    public void RollbackWithinTheWindow_IsToldOfWhenItHasPods_EV12()
    {
        var world = TestWorld.Routed(2, """[{"setWeight":50}]""", "\"scaleDownDelaySeconds\":600,", spec: "\"rollbackWindow\":{\"revisions\":1},");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Emitted.Clear();
        world.SetImage("v1");
        world.Settle();
        var told = Told(world);
        Assert.Contains("SkipSteps: Rollback to active ReplicaSets within RollbackWindow", told);
        Assert.Contains($"RolloutCompleted: Rollout completed update to revision 3 ({world.ReplicaSet("v1").Hash}): Rollback within window", told);
    }

    [Fact]
    public void Traffic_IsToldOf_EV13_EV14_EV15()
    {
        // TR-C-11
        var world = TestWorld.Routed(5, Steps);
        world.Settle();
        var v1 = world.ReplicaSet("v1").Hash;
        var told = Told(world);
        Assert.Contains($"SwitchService: Switched selector for service 'stable' from '' to '{v1}'", told);
        Assert.Contains("TrafficWeightUpdated: Traffic weight updated to 0", told);
        world.SetImage("v2");
        world.Settle();
        told = Told(world);
        Assert.Contains($"SwitchService: Switched selector for service 'canary' from '{v1}' to '{world.ReplicaSet("v2").Hash}'", told);
        Assert.Contains("TrafficWeightUpdated: Traffic weight updated from 0 to 20", told);
    }

    [Fact]
    public void VerificationThatFails_IsToldOfAndLookedAtAgain_EV15_RT6()
    {
        // TR-C-14
        var world = TestWorld.Routed(5, Steps);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Verified = false;
        world.PatchStatus("""{"currentStepIndex":0,"pauseConditions":null}""");
        Assert.Equal(TimeSpan.FromSeconds(10), world.Settle().LookAgainAfter);

        var seen = world.Observe();
        var failing = RolloutDecider.Decide(seen with { Traffic = seen.Traffic! with { Verified = null, Problem = "no such target group", IsVerificationProblem = true } });
        var told = Assert.Single(failing.Effects.OfType<EmitEvent>(), e => e.Reason == EventReasons.WeightVerifyError);
        Assert.Equal((true, "Failed to verify weight: no such target group"), (told.Warning, told.Message));
    }

    [Fact]
    public void ReplicaSetThatIsRefused_IsAWarning_EV4()
    {
        var world = TestWorld.Canary(5, Steps);
        world.Apply(world.Decide());
        world.Emitted.Clear();
        world.Apply(RolloutDecider.AfterReplicaSetRefused(world.ObservePass(), "exceeded quota"));
        var told = Assert.Single(world.Emitted);
        Assert.Equal((true, EventReasons.ReplicaSetCreateError, $"Failed to create new replica set \"{RolloutDecider.NewReplicaSetName(world.Observe().Rollout)}\": exceeded quota"), (told.Warning, told.Reason, told.Message));
    }

    [Theory]
    [InlineData("Successful", false)]
    [InlineData("Running", false)]
    [InlineData("Inconclusive", false)]
    [InlineData("Failed", true)]
    [InlineData("Error", true)]
    public void Analysis_OfAStep_IsToldOf_EV18(string phase, bool warning)
    {
        var world = TestWorld.Canary(5, """[{"setWeight":20},{"analysis":{"templates":[{"templateName":"t"}]}},{"pause":{}}]""");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        var name = Assert.Single(world.Runs).Key;
        world.EndRun(name, "Pending");
        world.Settle();
        world.EndRun(name, phase);
        world.Settle();
        Assert.Equal(
            [(false, $"AnalysisRunPending: Step Analysis Run '{name}' Status New: 'Pending' Previous: ''"), (warning, $"AnalysisRun{phase}: Step Analysis Run '{name}' Status New: '{phase}' Previous: 'Pending'")],
            world.Emitted.Where(e => e.Reason.StartsWith(EventReasons.AnalysisRunPrefix, StringComparison.Ordinal)).Select(e => (e.Warning, $"{e.Reason}: {e.Message}")));
    }

    [Theory]
    [InlineData("prePromotionAnalysis", "PrePromotion")]
    [InlineData("postPromotionAnalysis", "PostPromotion")]
    public void Analysis_OfAPromotion_IsToldOf_EV18(string field, string type)
    {
        var world = TestWorld.BlueGreen(2, $"\"{field}\":{{\"templates\":[{{\"templateName\":\"t\"}}]}},");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        var name = Assert.Single(world.Runs).Key;
        world.EndRun(name, "Successful");
        world.Settle();
        Assert.StartsWith($"AnalysisRunSuccessful: {type} Analysis Run '{name}' Status New: 'Successful' Previous: ", Assert.Single(Told(world), t => t.StartsWith("AnalysisRun", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void DeclaredReasons_AreNeverSent_EV60()
    {
        Assert.Empty(typeof(EventReasons).GetFields().Select(f => (string)f.GetRawConstantValue()!).Intersect(["ServiceReferenceError", "ExperimentFailed"]));
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        world.Emitted.Clear();
        world.Crash("v1");
        world.Settle();
        Assert.Equal("False", world.Status.Condition(ConditionTypes.Healthy)!.Status);
        world.BrokenImages.Clear();
        world.Settle();
        Assert.Equal("True", world.Status.Condition(ConditionTypes.Healthy)!.Status);
        Assert.Empty(world.Emitted);
    }

    private static List<string> Told(TestWorld world)
    {
        List<string> told = [.. world.Emitted.Select(e => $"{e.Reason}: {e.Message}")];
        world.Emitted.Clear();
        return told;
    }
}
