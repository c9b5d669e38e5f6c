using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Status;
using Bascule.Engine.Templates;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What each field of the status says, as other tools read it.</summary>
public sealed class StatusFieldTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{}}]""";

    [Fact]
    public void ObservedGeneration_IsTextOfTheGeneration_STAT1()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        world.Edit(spec => spec["minReadySeconds"] = 3);
        world.Settle();
        Assert.Equal(world.Rollout["metadata"]!["generation"]!.GetValue<int>().ToString(CultureInfo.InvariantCulture), Status(world)["observedGeneration"]!.GetValue<string>());
    }

    [Fact]
    public void Hashes_NameTheVersionsAndTheSteps_STAT2_STAT4()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        Assert.Equal((world.ReplicaSet("v2").Hash, world.ReplicaSet("v1").Hash), (Text(world, "currentPodHash"), Text(world, "stableRS")));
        Assert.Equal(RolloutDecider.NewReplicaSetName(world.Observe().Rollout), $"web-{Text(world, "currentPodHash")}");
        Assert.Equal(VersionHash.OfSteps(System.Text.Json.JsonElement.Parse(Steps)), Text(world, "currentStepHash"));

        var blueGreen = AtPause(TestWorld.BlueGreen(3, "\"autoPromotionEnabled\":false,"));
        Assert.Null(Status(blueGreen)["currentStepHash"]);
        var without = TestWorld.Canary(1, "[]");
        without.Settle();
        Assert.Equal("5ffbfbbd64", Text(without, "currentStepHash"));
    }

    [Fact]
    public void CurrentStepIndex_CountsTheSteps_STAT5()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        Assert.Equal(1, Status(world)["currentStepIndex"]!.GetValue<int>());
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal(4, Status(world)["currentStepIndex"]!.GetValue<int>());
        world.Edit(spec => spec["strategy"]!["canary"]!["steps"] = new JsonArray());
        world.Settle();
        Assert.Null(Status(world)["currentStepIndex"]);

        var blueGreen = AtPause(TestWorld.BlueGreen(3, "\"autoPromotionEnabled\":false,"));
        Assert.Null(Status(blueGreen)["currentStepIndex"]);
    }

    [Fact]
    public void Counts_OfACanary_AreThoseOfAllVersions_STAT6to10()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        world.BrokenImages.Add("v2");
        world.MakePods();
        world.Raw(world.ReplicaSet("v2").Name)["status"]!["readyReplicas"] = 1;
        world.Settle();
        Assert.Equal("5 1 5 4 5", Counts(world));
    }

    [Fact]
    public void Counts_OfABlueGreen_AreThoseOfTheActiveVersion_STAT6to10()
    {
        var world = TestWorld.BlueGreen(3, "\"autoPromotionEnabled\":false,");
        world.Reconcile();
        world.MakePods(1);
        world.Reconcile();
        Assert.Equal("3 3 1 1 3", Counts(world)); // Nobody is on an active version yet: all versions together.
        AtPause(world);
        world.Crash("v1");
        world.Reconcile();
        Assert.Equal("6 3 0 0 3", Counts(world));
    }

    [Fact]
    public void CollisionCount_IsAbsentUntilANameIsTaken_STAT12()
    {
        var world = TestWorld.Canary(1, "[]");
        for (var taken = 1; taken <= 2; taken++)
        {
            var name = RolloutDecider.NewReplicaSetName(world.Observe().Rollout);
            Occupy(world, (JsonObject)JsonNode.Parse("""{"metadata":{"namespace":"shop","uid":"x","resourceVersion":"1","labels":{"app":"other"}},"spec":{"replicas":0,"template":{"spec":{"containers":[{"name":"a"}]}}}}""")!, name, taken);
            Assert.Equal(taken == 1 ? null : taken - 1, Status(world)?["collisionCount"]?.GetValue<int>());
            for (var pass = 0; pass < 5 && world.Status.CollisionCount != taken; pass++)
                world.Apply(world.Decide());
        }

        world.Settle();
        Assert.Equal((2, RolloutPhases.Healthy), (world.Status.CollisionCount, world.Status.Phase));
    }

    [Fact]
    public void ControllerPause_SaysWhoPaused_STAT13_STAT14()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        Assert.Equal((true, "CanaryPauseStep", world.Now), (world.Status.ControllerPause, Assert.Single(world.Status.PauseConditions).Reason, world.Status.PauseConditions[0].StartTime));
        var start = world.Now;
        world.Now += TimeSpan.FromHours(1);
        world.Edit(spec => spec["replicas"] = 10);
        world.Settle();
        Assert.Equal((true, start), (world.Status.ControllerPause, Assert.Single(world.Status.PauseConditions).StartTime));

        world.PatchStatus("""{"pauseConditions":null}""");
        world.Apply(world.Decide());
        world.Apply(world.Decide());
        Assert.Equal((false, 2), (world.Status.ControllerPause, world.Status.CurrentStepIndex));
        Assert.Null(Status(world)["controllerPause"]);
    }

    [Fact]
    public void Abort_IsNotedOnceAndTakesThePauseAway_STAT15()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        var first = world.Now;
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Edit(spec => spec["minReadySeconds"] = 1);
        world.Settle();
        Assert.Equal((true, first), (world.Status.Abort, world.Status.AbortedAt));
        Assert.Null(Status(world)["pauseConditions"]);
        Assert.Null(Status(world)["controllerPause"]);
        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Null(Status(world)["abort"]);
        Assert.Null(Status(world)["abortedAt"]);
    }

    [Fact]
    public void PromoteFull_StaysUntilPromotionOrAnotherTemplate_STAT16()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        world.BrokenImages.Add("v2");
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.True(world.Status.PromoteFull);
        world.SetImage("v3");
        world.Settle();
        Assert.Equal((false, RolloutPhases.Paused), (world.Status.PromoteFull, world.Status.Phase));
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal((false, RolloutPhases.Healthy), (world.Status.PromoteFull, world.Status.Phase));
        Assert.Null(Status(world)["promoteFull"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RestartedAt_FollowsTheSpecAtAnyNewTemplateOrSteps_STAT17(bool template)
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        world.Edit(spec => spec["restartAt"] = "2026-07-02T00:00:00Z");
        world.Settle();
        Assert.Null(world.Status.RestartedAt);
        if (template)
            world.SetImage("v3");
        else
            world.Edit(spec => spec["strategy"]!["canary"]!["steps"]![0]!["setWeight"] = 21);
        world.Settle();
        Assert.Equal(world.Rollout["spec"]!["restartAt"]!.GetValue<string>(), Text(world, "restartedAt"));
    }

    [Fact]
    public void PhaseAndConditions_AreWrittenAsOthersReadThem_STAT18_STAT19_COND2()
    {
        var world = AtPause(TestWorld.Canary(5, Steps));
        Assert.Equal(("Paused", "CanaryPauseStep"), (Text(world, "phase"), Text(world, "message")));
        var conditions = Status(world)["conditions"]!.AsArray();
        Assert.Equal(["Available", "Completed", "Healthy", "Paused", "Progressing"], conditions.Select(c => c!["type"]!.GetValue<string>()).Order());
        Assert.All(conditions, c => Assert.Equal(["lastTransitionTime", "lastUpdateTime", "message", "reason", "status", "type"], c!.AsObject().Select(f => f.Key).Order()));
    }

    [Fact]
    public void Weights_ThatBecomeVerifiedAlone_AreWritten_STAT20_STAT21()
    {
        // TR-C-10
        var world = TestWorld.Routed(4, """[{"setWeight":25},{"setWeight":50},{"pause":{}}]""");
        world.Settle();
        world.Verified = false;
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(
            $$$"""{"canary":{"weight":25,"serviceName":"canary","podTemplateHash":"{{{world.ReplicaSet("v2").Hash}}}"},"stable":{"weight":75,"serviceName":"stable","podTemplateHash":"{{{world.ReplicaSet("v1").Hash}}}"},"verified":false}""",
            Status(world)["canary"]!["weights"]!.ToJsonString());

        // The reference shares the object between old and new status, and sees no difference.
        world.Edit(spec => spec["paused"] = true);
        world.Settle();
        world.Verified = true;
        world.Settle();
        Assert.True(Status(world)["canary"]!["weights"]!["verified"]!.GetValue<bool>());
        Assert.Equal(25, Status(world)["canary"]!["weights"]!["canary"]!["weight"]!.GetValue<int>());
    }

    [Fact]
    public void LoadBalancers_AreRecordedAsTheRouterSeesThem_AndTheLastOneAlone_STAT27_TRALB14_TRALB20()
    {
        var world = TestWorld.Routed(4, """[{"setWeight":25},{"pause":{}}]""");
        world.Albs = JsonElement.Parse("""[{"ingress":"a","loadBalancer":{"arn":"x"}},{"ingress":"b"}]""");
        world.Settle();
        Assert.Equal(("""[{"ingress":"a","loadBalancer":{"arn":"x"}},{"ingress":"b"}]""", """{"ingress":"b"}"""), (Status(world)["albs"]!.ToJsonString(), Status(world)["alb"]!.ToJsonString()));

        world.TrafficProblem = "the cluster does not answer";
        world.SetImage("v2");
        world.Settle();
        Assert.NotNull(Status(world)["albs"]);

        (world.TrafficProblem, world.Albs) = (null, null);
        world.Settle();
        Assert.Equal((null, null), (Status(world)["alb"], Status(world)["albs"]));
    }

    [Theory]
    [InlineData("PH-8", """{"updatedReplicas":5,"availableReplicas":5}""", "active service cutover pending")]
    [InlineData("PH-8", """{"updatedReplicas":5,"availableReplicas":5,"currentPodHash":"b","blueGreen":{"activeSelector":"a"}}""", "active service cutover pending")]
    [InlineData("PH-9", """{"updatedReplicas":5,"availableReplicas":5,"currentPodHash":"b","stableRS":"a","blueGreen":{"activeSelector":"b"}}""", "waiting for post-promotion verification to complete")]
    public void Phase_OfABlueGreen_HasItsMessage_PH8_PH9(string row, string status, string message)
    {
        var world = TestWorld.BlueGreen(5);
        world.PatchStatus(status);
        var rollout = world.Observe().Rollout;
        var (phase, said) = RolloutPhase.Of(rollout, rollout.Status);

        Assert.Equal((row, RolloutPhases.Progressing, message), (row, phase, said));
    }

    [Fact]
    public void Phase_OfARoutedCanary_DoesNotWaitForOldPods_PH10_COND30()
    {
        var world = AtPause(TestWorld.Routed(5, Steps));
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, 10), (world.Status.Phase, world.Status.Replicas));
        // The condition is stricter than the phase: it waits until the old pods are gone.
        Assert.Equal("False", world.Status.Condition(ConditionTypes.Healthy)!.Status);
        world.Now += TimeSpan.FromSeconds(30);
        world.Settle();
        Assert.Equal(("True", 5), (world.Status.Condition(ConditionTypes.Healthy)!.Status, world.Status.Replicas));
    }

    private static void Occupy(TestWorld world, JsonObject foreign, string name, int taken)
    {
        foreign["metadata"]!["name"] = name;
        foreign["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = $"foreign{taken}";
        world.AddReplicaSet(foreign);
    }

    private static JsonObject Status(TestWorld world) => world.Rollout["status"] as JsonObject ?? [];

    private static string? Text(TestWorld world, string field) => Status(world)[field]?.GetValue<string>();

    /// <summary>replicas, updated, ready, available, HPA as written.</summary>
    private static string Counts(TestWorld world) =>
        string.Join(' ', new[] { "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "HPAReplicas" }.Select(f => Status(world)[f]?.ToJsonString() ?? "0"));

    private static TestWorld AtPause(TestWorld world)
    {
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        return world;
    }
}
