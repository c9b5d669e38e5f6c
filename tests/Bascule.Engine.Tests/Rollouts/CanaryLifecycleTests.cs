using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class CanaryLifecycleTests
{
    private const string Steps = """[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":30}}]""";

    [Fact]
    public void FirstDeploy_AnySteps_GoesStraightToHealthy() // LIFE-1, LIFE-2
    {
        var world = TestWorld.Canary(5, Steps);
        var decision = world.Settle();

        Assert.Equal("v1:5", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, ""), (world.Status.Phase, world.Status.Message));
        Assert.Equal(4, world.Status.CurrentStepIndex);
        Assert.Equal(world.Status.CurrentPodHash, world.Status.StableRS);
        Assert.Equal(ReasonKind.Healthy, Assert.Single(decision.Reasons).Kind);
        Assert.Null(decision.LookAgainAfter);
    }

    [Fact]
    public void FirstDeploy_BeforeAnyPodIsAvailable_HasAStableVersion() // STAT-3
    {
        var world = TestWorld.Canary(5, Steps);
        world.Reconcile();

        Assert.NotEmpty(world.Status.StableRS);
        Assert.Equal((RolloutPhases.Progressing, "more replicas need to be updated"), (world.Status.Phase, world.Status.Message)); // PH-6
        Assert.Equal(ReasonKind.WaitingForPods, Assert.Single(world.Decide().Reasons).Kind);
    }

    [Fact]
    public void Update_ThroughItsSteps_EndsPromoted()
    {
        var world = Deployed();
        world.SetImage("v2");
        var decision = world.Settle();

        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal((RolloutPhases.Paused, "CanaryPauseStep"), (world.Status.Phase, world.Status.Message)); // PH-4
        Assert.Equal("step 2 of 4: paused until somebody resumes it", decision.Reasons[0].Message);
        Assert.Null(decision.LookAgainAfter);

        world.PatchStatus("""{"pauseConditions":null}"""); // LIFE-34
        decision = world.Settle();
        Assert.Equal("v1:2 v2:3", world.Pods);
        Assert.Equal("step 4 of 4: paused, 30 s left", decision.Reasons[0].Message);
        Assert.Equal(TimeSpan.FromSeconds(30), decision.LookAgainAfter);

        world.Now += TimeSpan.FromSeconds(29);
        Assert.Empty(world.Decide().Effects);
        world.Now += TimeSpan.FromSeconds(1);
        world.Settle();
        Assert.Equal("v1:0 v2:5", world.Pods);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        Assert.Equal(world.ReplicaSet("v2").Hash, world.Status.StableRS);
    }

    [Fact]
    public void Events_UpdateAbortRetry_ComeInTheReferencesOrder() // EV-70
    {
        var world = TestWorld.Canary(1, """[{"setWeight":50},{"pause":{"duration":3}}]""", "\"maxSurge\":1,\"maxUnavailable\":0,");
        world.Settle();
        Assert.Equal("RolloutUpdated NewReplicaSetCreated RolloutNotCompleted ScalingReplicaSet RolloutCompleted", Told(world));
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("RolloutUpdated NewReplicaSetCreated RolloutNotCompleted ScalingReplicaSet RolloutStepCompleted RolloutPaused", Told(world));
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("ScalingReplicaSet RolloutAborted", Told(world));
        world.PatchStatus("""{"abort":false}""");
        world.Settle();
        Assert.Equal("ScalingReplicaSet RolloutStepCompleted RolloutPaused", Told(world));
        world.Now += TimeSpan.FromSeconds(4);
        world.Settle();
        Assert.Equal("RolloutStepCompleted RolloutResumed ScalingReplicaSet RolloutCompleted", Told(world));
    }

    [Fact]
    public void Abort_ByUser_BringsTrafficBackToStable() // LIFE-15, BC-15
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"abort":true}""");
        var decision = world.Settle();

        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        Assert.Equal("RolloutAborted: Rollout aborted update to revision 2", world.Status.Message);
        Assert.Equal(0, world.Status.CurrentStepIndex);
        Assert.Equal(world.Now, world.Status.AbortedAt);
        Assert.Empty(world.Status.PauseConditions);
        Assert.False(world.Status.ControllerPause);
        Assert.Equal(ReasonKind.Aborted, decision.Reasons[0].Kind);
        Assert.Contains("bascule retry web", decision.Reasons[0].Unblock, StringComparison.Ordinal);
    }

    [Fact]
    public void Retry_AfterAbort_StartsAtTheFirstStep() // LIFE-19, COND-22
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.PatchStatus("""{"abort":false}""");
        world.Apply(world.Decide());
        Assert.Equal(ConditionReasons.Retry, world.Status.Condition(ConditionTypes.Progressing)!.Reason);
        world.Settle();

        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        Assert.Null(world.Status.AbortedAt);
    }

    [Fact]
    public void Abort_OfAPromotedRollout_IsDropped() // LIFE-16
    {
        var world = Deployed();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();

        Assert.False(world.Status.Abort);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void PromoteFull_MidUpdate_SkipsWhatIsLeft() // LIFE-23, LIFE-24
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
        world.Settle();

        Assert.Equal("v1:0 v2:5", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, false, 4), (world.Status.Phase, world.Status.PromoteFull, world.Status.CurrentStepIndex));
        Assert.Equal("FastPromoted", world.Status.Duration!.CompletionStatus); // DUR-6
    }

    [Fact]
    public void PromoteFull_AfterAbort_Promotes() // LIFE-18
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.Equal("v1:0 v2:5", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, false), (world.Status.Phase, world.Status.Abort));
    }

    [Fact]
    public void NewTemplate_MidUpdate_ReplacesTheCanary() // LIFE-36
    {
        var world = AtFirstPause();
        world.SetImage("v3");
        world.Settle();

        Assert.Equal("v1:4 v2:0 v3:1", world.Pods);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
        Assert.Equal(3, world.ReplicaSet("v3").Revision);
    }

    [Fact]
    public void StableTemplate_MidUpdate_SkipsTheSteps() // LIFE-13, NAME-8
    {
        var world = AtFirstPause();
        world.Emitted.Clear();
        world.SetImage("v1");
        world.Settle();

        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, 4), (world.Status.Phase, world.Status.CurrentStepIndex));
        Assert.Contains(world.Emitted, e => e.Reason == EventReasons.SkipSteps);
        Assert.Equal(3, world.ReplicaSet("v1").Revision);
        Assert.Equal("1", world.ReplicaSet("v1").Meta.Annotations[Annotations.RevisionHistory]);
        Assert.Equal("FastRolledBack", world.Status.Duration!.CompletionStatus); // DUR-5
    }

    [Fact]
    public void OldTemplate_AfterPromotion_GoesThroughTheSteps() // LIFE-14
    {
        var world = Promoted();
        world.SetImage("v1");
        world.Settle();

        Assert.Equal("v1:1 v2:4", world.Pods);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void OldTemplate_WithinTheRollbackWindow_SkipsTheSteps() // LIFE-10, LIFE-11
    {
        var world = Promoted();
        world.Edit(spec => spec["rollbackWindow"] = new JsonObject { ["revisions"] = 1 });
        world.Settle();
        world.Emitted.Clear();
        world.SetImage("v1");
        world.Settle();

        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, 4), (world.Status.Phase, world.Status.CurrentStepIndex));
        Assert.Empty(world.Status.PauseConditions);
    }

    [Fact]
    public void StepsOnly_OnAPromotedRollout_RollNothing() // LIFE-7
    {
        var world = Deployed();
        world.Emitted.Clear();
        world.Edit(spec => spec["strategy"]!["canary"]!["steps"] = JsonNode.Parse("""[{"setWeight":10}]"""));
        world.Settle();

        Assert.Equal("v1:5", world.Pods);
        Assert.Equal((RolloutPhases.Healthy, 1), (world.Status.Phase, world.Status.CurrentStepIndex));
        Assert.Equal("SkipSteps", Told(world));
    }

    [Fact]
    public void SpecPaused_MidUpdate_ScalesNothing() // SPEC-6, LIFE-27, STEP-11
    {
        var world = AtFirstPause();
        world.Edit(spec => { spec["paused"] = true; spec["replicas"] = 10; });
        var decision = world.Settle();

        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal((RolloutPhases.Paused, "manually paused"), (world.Status.Phase, world.Status.Message)); // PH-3
        Assert.Equal(ReasonKind.PausedByUser, decision.Reasons[0].Kind);
    }

    [Fact]
    public void SpecPaused_AtCreation_MakesNoPods() // LIFE-26
    {
        var world = TestWorld.Canary(5, Steps, spec: "\"paused\":true,");
        world.Settle();

        Assert.Equal("v1:0", world.Pods);
        Assert.NotEmpty(world.Status.StableRS);
    }

    [Fact]
    public void Scaling_AtAPauseStep_KeepsTheWeight() // LIFE-28
    {
        var world = TestWorld.Canary(1, """[{"setWeight":25},{"pause":{}}]""", "\"maxSurge\":1,\"maxUnavailable\":0,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:1 v2:1", world.Pods);
        foreach (var (replicas, pods) in new[] { (8, "v1:6 v2:2"), (4, "v1:3 v2:1") })
        {
            world.Edit(spec => spec["replicas"] = replicas);
            world.Settle();
            Assert.Equal(pods, world.Pods);
        }
    }

    [Fact]
    public void Scaling_TogetherWithANewTemplate_SkipsNoStep() // LIFE-32
    {
        var world = TestWorld.Canary(1, Steps, "\"maxSurge\":1,\"maxUnavailable\":0,");
        world.Settle();
        world.Edit(spec => spec["replicas"] = 5);
        world.SetImage("v2");
        world.Settle();

        Assert.Equal("v1:4 v2:1", world.Pods);
    }

    [Fact]
    public void Scaling_OfAHealthyRollout_StaysPromoted()
    {
        var world = Deployed();
        foreach (var replicas in new[] { 8, 0, 3 })
        {
            world.Edit(spec => spec["replicas"] = replicas);
            world.Settle();
            Assert.Equal($"v1:{replicas}", world.Pods);
            Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        }
    }

    [Fact]
    public void ReplicasAbsent_IsPersistedAsOne() // RT-12
    {
        var world = TestWorld.Canary(5, "[]");
        world.Edit(spec => spec.Remove("replicas"));
        world.Settle();

        Assert.Equal(1, world.Rollout["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal("v1:1", world.Pods);
    }

    [Fact]
    public void NoSteps_Update_GoesStraightToTheEnd() // STEP-13
    {
        var world = TestWorld.Canary(4, "[]");
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal("v1:0 v2:4", world.Pods);
        Assert.Null(world.Status.CurrentStepIndex);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void BrokenVersion_KeepsTheOldPodsAndTimesOut() // LIFE-20, COND-15
    {
        var world = Deployed();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        var decision = world.Settle();
        Assert.Equal("v1:4 v2:1", world.Pods);
        Assert.Equal("waiting for 1 of 1 canary pods to become available", decision.Reasons[0].Message);
        Assert.Equal(TimeSpan.FromSeconds(601), decision.LookAgainAfter); // RT-21

        world.Now += TimeSpan.FromSeconds(601);
        decision = world.Settle();
        Assert.Equal(RolloutPhases.Degraded, world.Status.Phase);
        Assert.StartsWith("ProgressDeadlineExceeded: ReplicaSet \"web-", world.Status.Message, StringComparison.Ordinal);
        Assert.False(world.Status.Abort);
        Assert.Equal(ReasonKind.DeadlineExceeded, decision.Reasons[0].Kind);

        world.BrokenImages.Clear(); // COND-34
        world.Settle();
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void BrokenVersion_WithDeadlineAbort_Aborts() // LIFE-21
    {
        var world = TestWorld.Canary(5, Steps, spec: "\"progressDeadlineAbort\":true,\"progressDeadlineSeconds\":60,");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(61);
        world.Settle();

        Assert.True(world.Status.Abort);
        Assert.Equal("v1:5 v2:0", world.Pods);
        Assert.Contains("has timed out progressing.", world.Status.Message, StringComparison.Ordinal);
        Assert.Equal(2, world.Emitted.Count(e => e.Reason == EventReasons.Aborted));
    }

    [Fact]
    public void LongPause_DoesNotTimeOut() // LIFE-22
    {
        var world = TestWorld.Canary(5, """[{"setWeight":20},{"pause":{"duration":"1h"}},{"setWeight":40},{"pause":{}}]""", spec: "\"progressDeadlineSeconds\":5,");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Settle();

        Assert.Equal("v1:3 v2:2", world.Pods);
        Assert.Equal(RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void History_BeyondTheLimit_IsDeleted() // GC-1
    {
        var world = TestWorld.Canary(2, "[]", spec: "\"revisionHistoryLimit\":1,");
        foreach (var image in new[] { "v1", "v2", "v3", "v4" })
        {
            world.SetImage(image);
            world.Settle();
        }

        Assert.Equal("v3:0 v4:2", world.Pods);
    }

    [Fact]
    public void Services_FollowTheirVersions() // TR-40, NAME-15, NAME-16
    {
        var world = TestWorld.Canary(5, Steps, "\"stableService\":\"stable\",\"canaryService\":\"canary\",");
        world.AddService("stable");
        world.AddService("canary");
        world.Reconcile();
        Assert.Null(Selected(world, "stable"));
        Assert.Contains(world.Decide().Reasons, r => r.Kind == ReasonKind.WaitingForService);
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, Selected(world, "stable"));

        world.SetImage("v2");
        world.Settle();
        Assert.Equal((world.ReplicaSet("v1").Hash, world.ReplicaSet("v2").Hash), (Selected(world, "stable"), Selected(world, "canary")));
        Assert.Equal("web", world.Services["canary"]["metadata"]!["annotations"]![Annotations.ManagedBy]!.GetValue<string>());

        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal(world.ReplicaSet("v1").Hash, Selected(world, "canary")); // BC-15
    }

    [Fact]
    public void NameTaken_ByAnother_ChoosesAnotherHash() // NAME-4
    {
        var world = TestWorld.Canary(1, "[]");
        var name = RolloutDecider.NewReplicaSetName(world.Observe().Rollout);
        world.AddReplicaSet((JsonObject)JsonNode.Parse("""{"metadata":{"name":"NAME","namespace":"shop","uid":"x","resourceVersion":"1","labels":{"app":"web"},"ownerReferences":[{"uid":"other","controller":true}]},"spec":{"replicas":0,"template":{"spec":{"containers":[{"name":"a","image":"foreign"}]}}}}""".Replace("NAME", name, StringComparison.Ordinal))!);
        world.Settle();

        Assert.Equal(1, world.Status.CollisionCount);
        Assert.Equal("foreign:0 v1:1", world.Pods);
    }

    [Fact]
    public void OrphanOfTheSameMeaning_IsAdoptedAndKept() // NAME-6, NAME-17
    {
        var world = TestWorld.Canary(1, "[]");
        world.AddReplicaSet((JsonObject)JsonNode.Parse("""
            {"metadata":{"name":"web-older","namespace":"shop","uid":"x","resourceVersion":"1","generation":1,"labels":{"app":"web","rollouts-pod-template-hash":"older"}},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web","rollouts-pod-template-hash":"older"}},
              "template":{"metadata":{"labels":{"app":"web","rollouts-pod-template-hash":"older"}},
               "spec":{"restartPolicy":"Always","dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","terminationGracePeriodSeconds":30,"securityContext":{},
                "containers":[{"name":"web","image":"v1","imagePullPolicy":"Always","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}]}}}}
            """)!);
        world.Settle();

        Assert.Equal("v1:1", world.Pods);
        Assert.Equal("older", world.Status.StableRS);
        Assert.Equal("r-1", world.ReplicaSet("v1").Meta.ControllerUid);
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Fact]
    public void OwnedButNoLongerSelected_IsReleased() // NAME-17
    {
        var world = Deployed();
        var name = world.ReplicaSet("v1").Name;
        ((JsonObject)world.Raw(name)["metadata"]!["labels"]!)["app"] = "other";
        var effect = Assert.IsType<ReleaseReplicaSet>(Assert.Single(world.Decide().Effects));

        Assert.Equal(name, effect.Name);
        world.Apply(world.Decide());
        Assert.Null(world.ReplicaSet("v1").Meta.ControllerUid);
    }

    [Fact]
    public void BeingDeleted_IsLeftAlone() // RT-9
    {
        var world = TestWorld.Canary(5, Steps);
        world.Rollout["metadata"]!["deletionTimestamp"] = "2026-07-01T12:00:00Z";

        Assert.Equal(ReasonKind.BeingDeleted, Assert.Single(world.Decide().Reasons).Kind);
        Assert.Empty(world.Decide().Effects);
    }

    [Fact]
    public void RefusedReplicaSet_IsSaidInTheStatus() // NAME-3, COND-17
    {
        var world = TestWorld.Canary(5, Steps);
        world.Apply(world.Decide());
        var decision = RolloutDecider.AfterReplicaSetRefused(world.ObservePass(), "exceeded quota");
        world.Apply(decision);

        var condition = world.Status.Condition(ConditionTypes.Progressing)!;
        Assert.Equal(("False", ConditionReasons.ReplicaSetCreateError), (condition.Status, condition.Reason));
        Assert.EndsWith("exceeded quota", condition.Message, StringComparison.Ordinal);
        Assert.Contains(world.Emitted, e => e.Reason == EventReasons.ReplicaSetCreateError);
    }

    [Fact]
    public void SkippedStep_ByAClient_GoesOnFromThere() // LIFE-25, CLI-4
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"pauseConditions":null,"controllerPause":null,"currentStepIndex":2}""");
        world.Settle();

        Assert.Equal("v1:2 v2:3", world.Pods);
        Assert.Equal(3, world.Status.CurrentStepIndex);
    }

    private static TestWorld Deployed()
    {
        var world = TestWorld.Canary(5, Steps);
        world.Settle();
        return world;
    }

    private static TestWorld AtFirstPause()
    {
        var world = Deployed();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:4 v2:1", world.Pods);
        return world;
    }

    private static TestWorld Promoted()
    {
        var world = AtFirstPause();
        world.PatchStatus("""{"promoteFull":true,"pauseConditions":null}""");
        world.Settle();
        Assert.Equal("v1:0 v2:5", world.Pods);
        return world;
    }

    private static string? Selected(TestWorld world, string service) =>
        world.Services[service]["spec"]!["selector"]![Labels.PodTemplateHash]?.GetValue<string>();

    private static string Told(TestWorld world)
    {
        var told = new List<string>();
        foreach (var reason in world.Emitted.Select(e => e.Reason))
        {
            if (told.Count == 0 || told[^1] != reason)
                told.Add(reason);
        }

        world.Emitted.Clear();
        return string.Join(' ', told);
    }
}
