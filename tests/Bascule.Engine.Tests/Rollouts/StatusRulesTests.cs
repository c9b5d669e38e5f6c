using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class StatusRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Condition_EqualStatusAndReason_ChangesNothing() // COND-1
    {
        var list = ConditionList.New("A", "True", "r", "one", Start);

        Assert.Equal([list], Set([list], "A", "True", "r", "two"));
    }

    [Fact]
    public void Condition_EqualStatusOnly_KeepsTheTransitionAndMovesToTheEnd() // COND-1
    {
        RolloutCondition[] before = [ConditionList.New("A", "True", "r", "one", Start), ConditionList.New("B", "True", "r", "", Start)];
        var after = Set(before, "A", "True", "other", "two");

        Assert.Equal(["B", "A"], after.Select(c => c.Type));
        Assert.Equal((Start, Start.AddHours(1)), (after[1].LastTransitionTime, after[1].LastUpdateTime));
    }

    [Fact]
    public void Condition_OtherStatus_HasANewTransition() =>
        Assert.Equal(Start.AddHours(1), Set([ConditionList.New("A", "True", "r", "one", Start)], "A", "False", "r", "")[0].LastTransitionTime);

    [Theory]
    [InlineData("PH-1", """{"conditions":[{"type":"InvalidSpec","status":"True","message":"bad"}]}""", "", "Degraded", "InvalidSpec: bad")]
    [InlineData("PH-2", """{"conditions":[{"type":"Progressing","reason":"RolloutAborted","message":"why"}]}""", "", "Degraded", "RolloutAborted: why")]
    [InlineData("PH-2", """{"conditions":[{"type":"Progressing","reason":"ProgressDeadlineExceeded","message":"late"}]}""", "\"paused\":true,", "Degraded", "ProgressDeadlineExceeded: late")]
    [InlineData("PH-3", """{"pauseConditions":[{"reason":"CanaryPauseStep"}]}""", "\"paused\":true,", "Paused", "manually paused")]
    [InlineData("PH-4", """{"pauseConditions":[{"reason":"InconclusiveAnalysisRun"},{"reason":"CanaryPauseStep"}]}""", "", "Paused", "InconclusiveAnalysisRun")]
    [InlineData("PH-5", "{}", "\"restartAt\":\"2030-01-01T00:00:00Z\",", "Progressing", "rollout is restarting")]
    [InlineData("PH-6", """{"updatedReplicas":4}""", "", "Progressing", "more replicas need to be updated")]
    [InlineData("PH-7", """{"updatedReplicas":5,"availableReplicas":4}""", "", "Progressing", "updated replicas are still becoming available")]
    [InlineData("PH-10", """{"updatedReplicas":5,"availableReplicas":5,"replicas":6}""", "", "Progressing", "old replicas are pending termination")]
    [InlineData("PH-11", """{"updatedReplicas":5,"availableReplicas":5,"replicas":5,"stableRS":"a","currentPodHash":"b"}""", "", "Progressing", "waiting for all steps to complete")]
    [InlineData("PH-12", """{"updatedReplicas":5,"availableReplicas":5,"replicas":5,"stableRS":"a","currentPodHash":"a"}""", "", "Healthy", "")]
    public void Phase_EachRule_HasItsMessage_PH1to7_PH10to12(string row, string status, string spec, string phase, string message)
    {
        var world = TestWorld.Canary(5, "[]", spec: spec);
        world.PatchStatus(status);
        var rollout = world.Observe().Rollout;

        Assert.True((phase, message) == RolloutPhase.Of(rollout, rollout.Status), $"{row}: {RolloutPhase.Of(rollout, rollout.Status)}");
    }

    [Fact]
    public void HealthyRollout_LosesAPod_SaysSoAndRecovers() // COND-6, COND-14
    {
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        Assert.Equal("True", world.Status.Condition(ConditionTypes.Healthy)!.Status);
        world.BrokenImages.Add("v1");
        world.MakePods();
        world.Reconcile();
        Assert.Equal(("False", ConditionReasons.ReplicaSetNotAvailable), (world.Status.Condition(ConditionTypes.Healthy)!.Status, world.Status.Condition(ConditionTypes.Progressing)!.Reason));
        Assert.Equal("Rollout does not have minimum availability", world.Status.Condition(ConditionTypes.Available)!.Message); // COND-4
        world.BrokenImages.Clear();
        world.Settle();
        Assert.Equal("True", world.Status.Condition(ConditionTypes.Healthy)!.Status);
        Assert.Equal(ConditionReasons.NewReplicaSetAvailable, world.Status.Condition(ConditionTypes.Progressing)!.Reason);
    }

    [Fact]
    public void ReplicaFailure_IsCopiedAndRemoved() // COND-7
    {
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        var name = world.ReplicaSet("v1").Name;
        world.Raw(name)["status"]!["conditions"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"quota","lastTransitionTime":"2026-07-01T12:00:00Z"}]""");
        world.Reconcile();
        Assert.Equal("quota", world.Status.Condition(ConditionTypes.ReplicaFailure)!.Message);
        Assert.Contains(world.Decide().Reasons, r => r.Kind == ReasonKind.ReplicaFailure);
        ((System.Text.Json.Nodes.JsonObject)world.Raw(name)["status"]!).Remove("conditions");
        world.Reconcile();
        Assert.Null(world.Status.Condition(ConditionTypes.ReplicaFailure));
    }

    [Fact]
    public void Duration_ManualPause_IsCounted() // DUR-2, DUR-3, DUR-7
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        Assert.Equal("Promoted", world.Status.Duration!.CompletionStatus);
        world.Now += TimeSpan.FromHours(1);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal((world.Now, null), (world.Status.Duration!.RolloutStartedAt, world.Status.Duration.FinishedAt));
        world.Now += TimeSpan.FromSeconds(90);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(("Promoted", 90L, world.Now), (world.Status.Duration!.CompletionStatus, world.Status.Duration.TotalManualPauseDurationSeconds, world.Status.Duration.FinishedAt));
    }

    [Fact]
    public void Duration_AbortRetryAndSupersede_AreRecorded() // DUR-2, DUR-3, DUR-4
    {
        var world = TestWorld.Canary(2, """[{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("Aborted", world.Status.Duration!.CompletionStatus);
        world.Now += TimeSpan.FromMinutes(1);
        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal(("", world.Now), (world.Status.Duration!.CompletionStatus, world.Status.Duration.RolloutStartedAt));
        world.Now += TimeSpan.FromMinutes(1);
        world.SetImage("v3");
        world.Settle();
        Assert.Equal(("", world.Now), (world.Status.Duration!.CompletionStatus, world.Status.Duration.RolloutStartedAt));
    }

    [Fact]
    public void Status_OfAnotherStrategy_IsDropped() // STAT-29, TR-10
    {
        var world = TestWorld.Canary(1, "[]");
        world.Settle();
        world.PatchStatus("""{"blueGreen":{"activeSelector":"x"},"canary":{"weights":{"verified":true}},"alb":{"ingress":"kept"}}""");
        world.Settle();

        var status = world.Rollout["status"]!;
        Assert.Empty(status["blueGreen"]!.AsObject());
        Assert.Empty(status["canary"]!.AsObject());
        Assert.Equal("kept", status["alb"]!["ingress"]!.GetValue<string>());
    }

    private static System.Collections.Immutable.ImmutableArray<RolloutCondition> Set(RolloutCondition[] before, string type, string status, string reason, string message) =>
        ConditionList.Set([.. before], ConditionList.New(type, status, reason, message, Start.AddHours(1)));
}
