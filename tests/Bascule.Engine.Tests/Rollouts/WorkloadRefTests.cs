using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class WorkloadRefTests
{
    private const string Pause = """[{"setWeight":50},{"pause":{}}]""";

    [Fact]
    public void Template_IsTakenOver_AndNotPersisted_SPEC13_SPEC15_SPEC16_STAT28_KEY5_RT10_E2E95()
    {
        var world = TestWorld.Referring(2, Pause);
        world.Settle();

        Assert.Equal((RolloutPhases.Healthy, "v1:2"), (world.Status.Phase, world.Pods));
        Assert.Equal(("1", "1"), (world.Observe().Rollout.Meta.Annotations[Annotations.WorkloadGeneration], world.Status.WorkloadObservedGeneration));
        Assert.Equal("1", world.ReplicaSet("v1").Meta.Annotations[Annotations.WorkloadGeneration]);
        Assert.Equal("app=web", world.Status.Selector);
        Assert.Equal((false, false), (((JsonObject)world.Rollout["spec"]!).ContainsKey("template"), ((JsonObject)world.Rollout["spec"]!).ContainsKey("selector")));

        world.SetWorkloadImage("v2");
        world.Settle();
        Assert.Equal((RolloutPhases.Paused, "v1:1 v2:1", "2"), (world.Status.Phase, world.Pods, world.Status.WorkloadObservedGeneration));
        Assert.False(((JsonObject)world.Rollout["spec"]!).ContainsKey("template"));
        Assert.Empty(world.Decide().Effects);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "spec.workloadRef.name: Invalid value: \"web-old\": deployments.apps \"web-old\" not found")]
    [InlineData("apps/v1", "ReplicaSet", "spec.workloadRef.name: Invalid value: \"web-old\": replicasets.apps \"web-old\" not found")]
    [InlineData("v1", "PodTemplate", "spec.workloadRef.name: Invalid value: \"web-old\": podtemplates \"web-old\" not found")]
    [InlineData("apps/v1", "StatefulSet", "spec.workloadRef.kind: Invalid value: \"StatefulSet\": workload of type apps/StatefulSet is not supported")]
    [InlineData("v1", "Pod", "spec.workloadRef.kind: Invalid value: \"Pod\": workload of type /Pod is not supported")]
    public void NothingToTakeOver_IsInvalid_AndLookedForAgain_SPEC13_RT13(string apiVersion, string kind, string error)
    {
        var world = TestWorld.Referring(2, Pause);
        world.Workload = null;
        world.Edit(spec => (spec["workloadRef"]!["apiVersion"], spec["workloadRef"]!["kind"]) = (apiVersion, kind));
        var decision = world.Reconcile();

        Assert.Equal((RolloutPhases.Degraded, $"InvalidSpec: The Rollout \"web\" is invalid: {error}"), (world.Status.Phase, world.Status.Message));
        Assert.Equal((TimeSpan.FromSeconds(20), true), (decision.LookAgainAfter, decision.Invalid));
    }

    [Fact]
    public void WorkloadThatVanishes_ReleasesNothing_AndIsTakenUpAgain_SPEC21_E2E95()
    {
        var world = TestWorld.Referring(2, Pause);
        world.Settle();
        var workload = world.Workload;
        world.Workload = null;
        world.Settle();
        Assert.Equal((RolloutPhases.Degraded, "v1:2"), (world.Status.Phase, world.Pods));
        Assert.Equal("r-1", world.ReplicaSet("v1").Meta.ControllerUid);

        world.Workload = workload;
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, "v1:2"), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void PodTemplate_BringsNoSelector_SPEC13()
    {
        var world = TestWorld.Referring(2, Pause);
        world.Edit(spec => (spec["workloadRef"]!["apiVersion"], spec["workloadRef"]!["kind"]) = ("v1", "PodTemplate"));
        world.Workload = (JsonObject)JsonNode.Parse("""{"metadata":{"name":"web-old","generation":1},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"v1"}]}}}""")!;
        world.Settle();
        Assert.StartsWith("InvalidSpec: The Rollout \"web\" is invalid: spec.selector: Required value", world.Status.Message, StringComparison.Ordinal);

        world.Edit(spec => spec["selector"] = JsonNode.Parse("""{"matchLabels":{"app":"web"}}"""));
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, "v1:2"), (world.Status.Phase, world.Pods));
    }

    [Fact]
    public void OwnTemplateBesideIt_IsRejected_SPEC14_VAL3()
    {
        var world = TestWorld.Referring(2, Pause);
        world.Edit(spec => spec["template"] = JsonNode.Parse("""{"metadata":{"labels":{"app":"web"}}}"""));
        world.Settle();
        Assert.StartsWith("InvalidSpec: The Rollout \"web\" is invalid: spec.template: Internal error", world.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToAReferenceAndBack_IsNoNewVersion_SPEC16_E2E95()
    {
        var world = TestWorld.Referring(2, Pause);
        var (template, reference) = (world.Workload!["spec"]!["template"]!.DeepClone(), world.Rollout["spec"]!["workloadRef"]!.DeepClone());
        void Inline(JsonObject spec)
        {
            spec.Remove("workloadRef");
            spec["template"] = template.DeepClone();
            spec["selector"] = JsonNode.Parse("""{"matchLabels":{"app":"web"}}""");
        }

        world.Edit(Inline);
        world.Settle();
        Assert.Equal("", world.Status.WorkloadObservedGeneration);

        world.Edit(spec =>
        {
            spec.Remove("template");
            spec["workloadRef"] = reference.DeepClone();
        });
        world.Settle();
        Assert.Equal(("1", "v1:2", 1), (world.Status.WorkloadObservedGeneration, world.Pods, world.ReplicaSet("v1").Revision));

        world.Edit(Inline);
        world.Settle();
        Assert.Equal(("", "v1:2", RolloutPhases.Healthy), (world.Status.WorkloadObservedGeneration, world.Pods, world.Status.Phase));
        Assert.False(world.Observe().Rollout.Meta.Annotations.ContainsKey(Annotations.WorkloadGeneration));
        Assert.Single(world.Observe().ReplicaSets);
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("never", 5)]
    [InlineData("other", 5)]
    [InlineData("onsuccess", 0)]
    [InlineData("progressively", 0)]
    public void HealthyRollout_TakesTheDeploymentsPods_IfAsked_SPEC17_SPEC18_SPEC19_E2E98(string scaleDown, int left)
    {
        foreach (var world in (TestWorld[])[TestWorld.Referring(5, Pause, scaleDown), TestWorld.Referring(5, "", scaleDown)])
        {
            world.Settle();
            Assert.Equal((RolloutPhases.Healthy, left), (world.Status.Phase, world.WorkloadSize));

            // It stays so when the Rollout is scaled.
            world.Edit(spec => spec["replicas"] = 8);
            world.Settle();
            Assert.Equal((8, left), (world.Status.AvailableReplicas, world.WorkloadSize));
            Assert.Empty(world.Decide().Effects);
        }
    }

    [Theory]
    [InlineData("progressively", 0, 5)]
    [InlineData("progressively", 1, 4)]
    [InlineData("progressively", 3, 2)]
    [InlineData("onsuccess", 4, 5)]
    public void OnTheWay_TheDeploymentKeepsWhatTheRolloutLacks_SPEC18_SPEC19(string scaleDown, int ready, int left)
    {
        var world = TestWorld.Referring(5, Pause, scaleDown);
        world.Reconcile();
        if (ready > 0)
            world.MakePods(ready);
        world.Reconcile();
        Assert.Equal((ready, left), (world.Status.ReadyReplicas, world.WorkloadSize));
    }

    [Theory]
    [InlineData("onsuccess")]
    [InlineData("progressively")]
    public void FirstRevisionThatFailed_AndIsMended_TakesItsPlaceAllTheSame_SPEC20(string scaleDown)
    {
        var world = TestWorld.Referring(3, "[]", scaleDown);
        world.BrokenImages.Add("v1");
        world.Settle();
        Assert.Equal(3, world.WorkloadSize);

        world.SetWorkloadImage("v2");
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, "v1:0 v2:3", 0), (world.Status.Phase, world.Pods, world.WorkloadSize));

        // From then on it is the user's, who may want to go back to it.
        world.Workload!["spec"]!["replicas"] = 2;
        world.SetWorkloadImage("v3");
        world.Settle();
        Assert.Equal(("v1:0 v2:0 v3:3", 2), (world.Pods, world.WorkloadSize));
    }

    [Fact]
    public void FirstHealthyStatus_IsWrittenAfterTheDeploymentIsScaled_SPEC20()
    {
        var world = TestWorld.Referring(3, "[]", "onsuccess");
        world.Reconcile();
        world.MakePods();
        var effects = world.Decide().Effects;
        Assert.Equal((3, 0), (Assert.IsType<ScaleWorkload>(effects[0]).From, Assert.IsType<ScaleWorkload>(effects[0]).To));
        Assert.IsType<PatchRolloutStatus>(effects[1]);
    }

    [Fact]
    public void OnlyADeployment_IsScaled_SPEC20()
    {
        var world = TestWorld.Referring(3, "[]", "onsuccess");
        world.Edit(spec => spec["workloadRef"]!["kind"] = "ReplicaSet");
        world.Settle();
        Assert.Equal((RolloutPhases.Healthy, 3), (world.Status.Phase, world.WorkloadSize));
    }

    [Fact]
    public void Explanation_SaysWhatIsMissing()
    {
        var world = TestWorld.Referring(3, "[]");
        world.Workload = null;
        var reason = Assert.Single(world.Reconcile().Reasons);
        Assert.Equal((ReasonKind.InvalidSpec, "correct spec.workloadRef.name, or what it refers to"), (reason.Kind, reason.Unblock));
    }

    /// <summary>Pods that are ready and no longer wanted do not stand in for the Deployment's.</summary>
    [Fact]
    public void Progressively_PassThatTakesPodsOfTheRollout_LeavesTheDeploymentToTheNext_SPEC19()
    {
        var world = TestWorld.Referring(4, """[{"setWeight":25},{"pause":{}},{"setWeight":75},{"pause":{}}]""", "progressively");
        world.Settle();
        world.BrokenImages.Add("v2");
        world.SetWorkloadImage("v2");
        world.Settle();
        world.Rollout["status"]!.AsObject().Remove("conditions");
        world.Settle();
        Assert.Equal(("v1:3 v2:1", 1), (world.Pods, world.WorkloadSize));

        world.BrokenImages.Clear();
        world.PatchStatus("""{"pauseConditions":null,"currentStepIndex":2}""");
        world.Settle();

        Assert.Equal(("v1:1 v2:3", 0), (world.Pods, world.WorkloadSize));
        Assert.DoesNotContain(world.Applied, d => d.Effects.OfType<ScaleWorkload>().Any() && d.Effects.OfType<ScaleReplicaSet>().Any(r => r.To < r.From));
    }

    /// <summary>As seed 60154 found it: the Deployment, which was to stand in for them, got too few.</summary>
    [Fact]
    public void Progressively_PassThatTakesPods_GivesTheDeploymentNoneByWhatWasThere_SPEC19()
    {
        var world = TestWorld.Referring(6, """[{"setWeight":3},{"pause":{}}]""", "progressively");
        world.AddService("stable");
        world.AddService("canary");
        world.Edit(spec =>
        {
            var canary = spec["strategy"]!["canary"]!;
            (canary["stableService"], canary["canaryService"], canary["maxSurge"], canary["maxUnavailable"]) = ("stable", "canary", 0, "88%");
        });
        world.Settle();
        world.SetWorkloadImage("v2");
        world.Settle();
        world.Rollout["status"]!.AsObject().Remove("conditions");
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        Assert.DoesNotContain(world.Applied, d => d.Effects.OfType<ScaleWorkload>().Any() && d.Effects.OfType<ScaleReplicaSet>().Any(r => r.To < r.From));
    }

    [Fact]
    public void Progressively_OnceHealthy_LosesPods_TheDeploymentDoesNotComeBackForThem_SPEC20()
    {
        var world = TestWorld.Referring(3, "[]", "progressively");
        world.Settle();
        world.Crash("v1");
        world.Settle();

        Assert.Equal((0, RolloutPhases.Progressing), (world.WorkloadSize, world.Status.Phase));
    }
}
