using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Json;
using Bascule.Engine.Experiments;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Templates;
using static Bascule.Engine.Tests.Experiments.TestExperiment;

namespace Bascule.Engine.Tests.Experiments;

/// <summary>The versions of an Experiment: ReplicaSets, Services and their status (EX-4 to EX-13, EX-21, EX-24).</summary>
public sealed class ExperimentTemplateTests
{
    private const string Ports = """,{"name":"d","image":"d","ports":[{"containerPort":90}]}""";
    private const string Http = ""","ports":[{"name":"http","containerPort":80,"protocol":"TCP"},{"containerPort":81}]""";

    [Fact]
    public void ReplicaSets_OnePerTemplate_WithoutPodsAtFirst_EX4_KEY10_NAME14()
    {
        var world = TestExperiment.Of("", "a", Template("b", "\"minReadySeconds\":5,\"replicas\":3,"));

        world.Pass();

        Assert.Equal(["ex-a", "ex-b"], world.ReplicaSets.Keys);
        var rs = world.ReplicaSets["ex-b"];
        var hash = rs["metadata"]!["labels"]![Labels.PodTemplateHash]!.GetValue<string>();
        Assert.Equal(hash, VersionHash.OfPodTemplate(world.Observe().Experiment.Spec.Templates[1].Template, null));
        Assert.Equal($$$"""{"app":"b","{{{Labels.PodTemplateHash}}}":"{{{hash}}}"}""", rs["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal("""{"experiment.argoproj.io/name":"ex","experiment.argoproj.io/template-name":"b"}""", rs["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal($$$"""{"matchLabels":{"app":"b","{{{Labels.PodTemplateHash}}}":"{{{hash}}}"}}""", rs["spec"]!["selector"]!.ToJsonString());
        Assert.Equal($$$"""{"app":"b","{{{Labels.PodTemplateHash}}}":"{{{hash}}}"}""", rs["spec"]!["template"]!["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal((0, 5), (rs["spec"]!["replicas"]!.GetValue<int>(), rs["spec"]!["minReadySeconds"]!.GetValue<int>()));
    }

    [Fact]
    public void ReplicaSet_BelongsToTheExperiment_SoThatItGoesWithIt_GC6()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{},", Http));

        world.Settle();

        foreach (var made in new[] { world.ReplicaSets["ex-a"], world.Services["ex-a"] })
        {
            Assert.Equal(
                """[{"apiVersion":"argoproj.io/v1alpha1","kind":"Experiment","name":"ex","uid":"e-1","controller":true,"blockOwnerDeletion":true}]""",
                made["metadata"]!["ownerReferences"]!.ToJsonString());
        }
    }

    [Fact]
    public void Hash_LeavesOutTheOneThatTheTemplateBrings_EX4()
    {
        var world = TestExperiment.Of("", "a");
        world.Edit(spec =>
        {
            spec["templates"]![0]!["template"]!["metadata"]!["labels"]![Labels.PodTemplateHash] = "abc";
            spec["templates"]![0]!["selector"]!["matchLabels"]![Labels.PodTemplateHash] = "abc";
        });

        world.Pass();

        var plain = TestExperiment.Of("", "a");
        plain.Pass();
        Assert.Equal(plain.ReplicaSet("ex-a").Hash, world.ReplicaSet("ex-a").Hash);
        Assert.Equal(plain.ReplicaSet("ex-a").Selector.ToString(), world.ReplicaSet("ex-a").Selector.ToString());
    }

    [Theory]
    [InlineData("""{"experiment.argoproj.io/name":"ex","experiment.argoproj.io/template-name":"a"}""")]
    [InlineData("{}")]
    public void ReplicaSet_OfOurs_IsTakenOver_EX5(string annotations)
    {
        var world = TestExperiment.Of("", "a");
        world.Put(world.ReplicaSets, "ex-a", "e-1", annotations, """{"replicas":1}""");

        world.Settle();

        Assert.Single(world.ReplicaSets);
        Assert.Equal("Running", world.Phase);
    }

    [Fact]
    public void ReplicaSet_OfSomebodyElse_GivesWayToANumber_EX5()
    {
        var world = TestExperiment.Of("", "a");
        world.Put(world.ReplicaSets, "ex-a", "other");
        world.Put(world.ReplicaSets, "ex-a-1");

        world.Settle();

        var rs = world.ReplicaSet("ex-a-2");
        Assert.Equal(VersionHash.OfPodTemplate(world.Observe().Experiment.Spec.Templates[0].Template, 2), rs.Hash);
        Assert.Equal(("Running", 2), (world.Phase, world.Status.Template("a")!.CollisionCount));
        Assert.Single(world.Status.Templates);
    }

    [Fact]
    public void ReplicaSet_Refused_EndsTheTemplate_EX6_EX12()
    {
        var world = TestExperiment.Of("", "a", "b");

        Refuse<CreateExperimentReplicaSet>(world, e => e.Template == "b", "quota exceeded");

        Assert.Equal(["Warning ReplicaSetCreateError: Failed to create new replica set \"ex-b\": quota exceeded", "Warning TemplateError: Template 'b' transitioned from  -> Error: Failed to create ReplicaSet for template 'b': quota exceeded"], world.Events.Take(2));
        world.Settle();
        Assert.Equal(("Error", "Failed to create ReplicaSet for template 'b': quota exceeded"), (world.Phase, world.Status.Message));
        Assert.Equal(ExperimentTemplatePhase.Successful, world.Status.Template("a")!.Phase);
    }

    [Fact]
    public void ReplicaSets_TwoForOneTemplate_StopEverything_EX7()
    {
        var world = TestExperiment.Of("", "a", "b");
        foreach (var name in new[] { "one", "two" })
            world.Put(world.ReplicaSets, name, "e-1", """{"experiment.argoproj.io/template-name":"a"}""");

        var decision = world.Decide();

        Assert.Empty(decision.Effects);
        Assert.Equal("multiple ReplicaSets match single experiment template: a: one, two", decision.Reasons.Single().Message);
        Assert.Equal("ReplicaSet/two", decision.Reasons.Single().WaitsFor);
    }

    [Theory]
    [InlineData("""{"phase":"Running"}""", false, 3)]
    [InlineData("""{"phase":"Running"}""", true, 0)]
    [InlineData("""{"phase":"Failed"}""", false, 0)]
    [InlineData("""{"phase":"Running","templateStatuses":[{"name":"a","status":"Running"},{"name":"b","status":"Error"}]}""", false, 0)]
    [InlineData("""{"phase":"Running","templateStatuses":[{"name":"a","status":"Successful"}]}""", false, 0)]
    [InlineData("""{"phase":"Running","templateStatuses":[{"name":"gone","status":"Failed"}]}""", false, 3)]
    public void Size_WhileRunningAsWanted_OtherwiseNone_EX8(string status, bool terminate, int size)
    {
        var world = TestExperiment.Of("\"scaleDownDelaySeconds\":0,", Template("a", "\"replicas\":3,"), "b");
        world.Settle();
        world.SetStatus(status);
        world.Edit(spec => spec["terminate"] = terminate);

        world.Pass();

        Assert.Equal(size, world.ReplicaSet("ex-a").Wanted);
    }

    [Fact]
    public void Service_FromTheSecondPassOn_HasAPortPerContainerPort_EX9()
    {
        var world = TestExperiment.Of("\"duration\":\"10s\",", Template("a", "\"service\":{},", Http + "}" + Ports.TrimEnd('}')));

        world.Pass();
        Assert.Empty(world.Services);
        var running = world.Settle();

        var service = world.Services["ex-a"];
        Assert.Equal(
            """[{"port":80,"targetPort":80,"name":"http","protocol":"TCP"},{"port":81,"targetPort":81},{"port":90,"targetPort":90}]""", service["spec"]!["ports"]!.ToJsonString());
        Assert.Equal(world.ReplicaSets["ex-a"]["metadata"]!["labels"]!.ToJsonString(), service["spec"]!["selector"]!.ToJsonString());
        Assert.Equal("""{"experiment.argoproj.io/name":"ex","experiment.argoproj.io/template-name":"a"}""", service["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal(("ex-a", world.ReplicaSet("ex-a").Hash), (world.Status.Template("a")!.ServiceName, world.Status.Template("a")!.PodTemplateHash));

        var delayed = world.SettleAfter(running);
        Assert.Equal(("Successful", true), (world.Phase, world.Services.ContainsKey("ex-a")));
        world.SettleAfter(delayed);
        Assert.Empty(world.Services);
        Assert.Equal(("", ""), (world.Status.Template("a")!.ServiceName, world.Status.Template("a")!.PodTemplateHash));
    }

    [Fact]
    public void Service_StaysUntilTheLastPodHasGone_EX9()
    {
        var world = TestExperiment.Of("\"scaleDownDelaySeconds\":0,", Template("a", "\"service\":{},", Http));
        world.Settle();
        world.Edit(spec => spec["terminate"] = true);

        world.Reconcile();
        Assert.Equal((0, true), (world.ReplicaSet("ex-a").Wanted, world.Services.ContainsKey("ex-a")));
        world.Settle();

        Assert.Empty(world.Services);
    }

    [Fact]
    public void Service_WithoutContainerPorts_IsNotMade_EX9()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{},"));

        world.Settle();

        Assert.Equal(("Running", 0), (world.Phase, world.Services.Count));
    }

    [Fact]
    public void Service_NameChosen_IsUsed_AndChangedLater_LeavesNoOther_EX9_NAME14()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{\"name\":\"mine\"},", Http));
        world.Settle();
        Assert.Equal(["mine"], world.Services.Keys);

        world.Edit(spec => spec["templates"]![0]!["service"]!["name"] = "yours");
        world.Settle();

        Assert.Equal(["yours"], world.Services.Keys);
        Assert.Equal("yours", world.Status.Template("a")!.ServiceName);
    }

    [Fact]
    public void Service_NameOfSomebodyElse_IsAnError_EX9()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{\"name\":\"taken\"},", Http));
        world.Put(world.Services, "taken", "other", """{"experiment.argoproj.io/name":"ex","experiment.argoproj.io/template-name":"a"}""");

        world.Settle();

        Assert.Equal(("Error", "Failed to create Service taken for template 'a': service taken already exists and is not owned by experiment template a"), (world.Phase, world.Status.Message));
        Assert.Equal(0, world.ReplicaSet("ex-a").Wanted);
    }

    [Fact]
    public void Service_Refused_IsAnError_EX12()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{},", Http));
        world.Pass();

        Refuse<CreateExperimentService>(world, _ => true, "no");
        world.Settle();

        Assert.Equal(("Error", "Failed to create Service ex-a for template 'a': no"), (world.Phase, world.Status.Message));
    }

    [Fact]
    public void Service_NotDeletable_WhileRunning_IsAnError_EX12()
    {
        var world = TestExperiment.Of("", Template("a", "\"service\":{},", Http));
        world.Settle();
        world.Edit(spec => spec["templates"]![0]!.AsObject().Remove("service"));

        Refuse<DeleteExperimentService>(world, _ => true, "no");

        Assert.Equal("Failed to delete Service for template 'a': no", world.Status.Template("a")!.Message);
    }

    [Fact]
    public void Scaling_Refused_IsAnError_EX12_EV53()
    {
        var world = TestExperiment.Of("", "a");
        world.Pass();

        Refuse<ScaleExperimentReplicaSet>(world, _ => true, "no");
        world.Settle();

        Assert.Equal(("Error", "Unable to scale ReplicaSet for template 'a' to desired replica count '1': no"), (world.Phase, world.Status.Message));
        Assert.Contains("Warning ReplicaSetUpdateError: Failed to scale ex-a up: no", world.Events);
    }

    [Fact]
    public void Scaling_RefusedOnceTheTemplateHasEnded_IsOnlyTriedAgain_EX10_EX12()
    {
        var world = TestExperiment.Of("\"scaleDownDelaySeconds\":0,", "a");
        world.Settle();
        world.Edit(spec => spec["terminate"] = true);
        var before = world.Pass();
        Assert.IsType<ScaleExperimentReplicaSet>(before.Effects[0]);
        world.ReplicaSets["ex-a"]["spec"]!["replicas"] = 1;

        Refuse<ScaleExperimentReplicaSet>(world, _ => true, "no");

        Assert.Equal(ExperimentTemplatePhase.Successful, world.Status.Template("a")!.Phase);
        Assert.Contains("Warning ReplicaSetUpdateError: Failed to scale ex-a down: no", world.Events);
    }

    [Fact]
    public void Template_AllPodsAvailable_Runs_ThenIsSuccessfulAfterTheDuration_EX10_EX13_EX23()
    {
        var world = TestExperiment.Of("\"duration\":\"40s\",", Template("a", "\"replicas\":2,"));
        world.Reconcile();
        Assert.Equal(("Pending", ExperimentTemplatePhase.Progressing), (world.Phase, world.Status.Template("a")!.Phase));
        world.Now += TimeSpan.FromSeconds(7);

        var running = world.Settle();

        Assert.Equal(("Running", ExperimentTemplatePhase.Running, world.Now), (world.Phase, world.Status.Template("a")!.Phase, world.Status.AvailableAt));
        Assert.Equal(TimeSpan.FromSeconds(40), running.LookAgainAfter);
        Assert.Equal("running, 40 s are left", running.Reasons.Single().Message);
        world.SettleAfter(running);
        Assert.Equal(("Successful", ExperimentTemplatePhase.Successful), (world.Phase, world.Status.Template("a")!.Phase));
    }

    [Fact]
    public void Template_WithoutProgress_FailsAtItsDeadline_EX10_EX23_E2E130()
    {
        var world = TestExperiment.Of("\"progressDeadlineSeconds\":60,", "a", "b");
        world.Broken.Add("ex-b");
        var waiting = world.Settle();

        Assert.Equal(TimeSpan.FromSeconds(60), waiting.LookAgainAfter);
        Assert.Equal("template 'b': 0 of 1 pods are available, 60 s are left", waiting.Reasons.Single().Message);
        Assert.Equal("ReplicaSet/ex-b", waiting.Reasons.Single().WaitsFor);
        world.SettleAfter(waiting);

        Assert.Equal(("Failed", "Template 'b' exceeded its progressDeadlineSeconds (60)"), (world.Phase, world.Status.Message));
        Assert.Equal(["Successful", "Failed"], world.Status.Templates.Select(t => t.Phase.Text()));
    }

    [Fact]
    public void Template_ThatLosesAPod_ProgressesAgain_AndMayFail_EX10()
    {
        var world = TestExperiment.Of("\"progressDeadlineSeconds\":60,\"duration\":\"1h\",", Template("a", "\"replicas\":2,"));
        world.Settle();
        world.Now += TimeSpan.FromMinutes(5);
        world.Broken.Add("ex-a");

        var waiting = world.Settle();
        Assert.Equal(("Pending", ExperimentTemplatePhase.Progressing, world.Now), (world.Phase, world.Status.Template("a")!.Phase, world.Status.Template("a")!.LastTransitionTime));
        world.SettleAfter(waiting);

        Assert.Equal("Failed", world.Phase);
        Assert.Equal(Epoch, world.Status.AvailableAt);
    }

    [Theory]
    [InlineData("Successful")]
    [InlineData("Failed")]
    [InlineData("Error")]
    public void Template_ThatHasEnded_StaysAsItIs_EX10(string phase)
    {
        var world = TestExperiment.Of("", "a", "b");
        world.Settle();
        world.SetStatus($$"""{"phase":"Running","availableAt":"2026-07-01T12:00:00Z","templateStatuses":[{"name":"a","status":"{{phase}}","message":"why"},{"name":"b","status":"Running"}]}""");

        world.Settle();

        Assert.Equal((phase, "why"), (world.Status.Template("a")!.Phase.Text(), world.Status.Template("a")!.Message));
    }

    [Fact]
    public void Template_Terminated_IsSuccessfulAtOnce_EX10_EX20()
    {
        var world = TestExperiment.Of("", "a", "b");
        world.Broken.Add("ex-b");
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Edit(spec => spec["terminate"] = true);

        world.Settle();

        Assert.Equal(["Successful", "Successful"], world.Status.Templates.Select(t => t.Phase.Text()));
        Assert.Equal("Successful", world.Phase);
    }

    [Fact]
    public void LastTransitionTime_MovesWithCreationScalingAndCounts_EX11()
    {
        var world = TestExperiment.Of("", "a");
        world.Pass();
        Assert.Equal(world.Now, Moved());
        Step(1, () => world.Reconcile());
        Step(2, () => world.Settle());
        world.Now += TimeSpan.FromMinutes(3);
        world.Reconcile();
        Assert.NotEqual(world.Now, Moved());
        Step(4, () =>
        {
            world.Edit(spec => spec["templates"]![0]!["replicas"] = 2);
            world.Pass();
        });

        void Step(int minutes, Action act)
        {
            world.Now += TimeSpan.FromMinutes(minutes);
            act();
            Assert.Equal(world.Now, Moved());
        }

        DateTimeOffset? Moved() => world.Status.Template("a")!.LastTransitionTime;
    }

    [Fact]
    public void LastTransitionTime_LostWithItsWrite_IsNotedLater_SoThatThereIsADeadline_EX11()
    {
        var world = TestExperiment.Of("\"progressDeadlineSeconds\":60,", "a");
        world.Broken.Add("ex-a");
        world.Settle();
        world.SetStatus("""{"phase":"Pending","templateStatuses":[{"name":"a","replicas":1,"updatedReplicas":1,"readyReplicas":0,"availableReplicas":0,"status":"Progressing"}]}""");

        world.SettleAfter(world.Settle());

        Assert.Equal("Failed", world.Phase);
    }

    [Fact]
    public void AvailableAt_OnlyWhenAllVersionsRun_EX13()
    {
        var world = TestExperiment.Of("", "a", "b");
        world.Broken.Add("ex-b");
        world.Settle();
        Assert.Null(world.Status.AvailableAt);

        world.Now += TimeSpan.FromSeconds(9);
        world.Broken.Clear();
        world.Settle();
        world.Now += TimeSpan.FromSeconds(9);
        world.Settle();

        Assert.Equal(Epoch.AddSeconds(9), world.Status.AvailableAt);
    }

    [Fact]
    public void ScaleDown_WaitsForTheDelay_NotedOnce_EX21()
    {
        var world = TestExperiment.Of("\"duration\":\"10s\",", "a");
        var ended = world.SettleAfter(world.Settle());
        var rs = world.ReplicaSet("ex-a");
        Assert.Equal((1, "2026-07-01T12:00:40Z"), (rs.Wanted, rs.Meta.Annotations[Annotations.ScaleDownDeadline]));
        Assert.Equal(TimeSpan.FromSeconds(30), ended.LookAgainAfter);
        world.Now += TimeSpan.FromSeconds(20);
        world.Writes.Clear();
        Assert.Equal(TimeSpan.FromSeconds(10), world.Settle().LookAgainAfter);
        Assert.Empty(world.Writes);

        world.Now += TimeSpan.FromSeconds(10);
        var gone = world.Settle();

        Assert.Equal(0, world.ReplicaSet("ex-a").Wanted);
        Assert.Null(gone.LookAgainAfter);
        Assert.Equal("the experiment has ended: Successful", gone.Reasons.Single().Message);
    }

    [Fact]
    public void ScaleDown_WithoutDelay_IsAtOnce_EX21()
    {
        var world = TestExperiment.Of("\"scaleDownDelaySeconds\":0,", "a");
        world.Settle();
        world.Edit(spec => spec["terminate"] = true);

        world.Pass();

        Assert.Equal(0, world.ReplicaSet("ex-a").Wanted);
    }

    [Fact]
    public void ScaleDown_NoteThatNobodyCanRead_KeepsNothing_EX21()
    {
        var world = TestExperiment.Of("", "a");
        world.Settle();
        world.ReplicaSets["ex-a"]["metadata"]!["annotations"]![Annotations.ScaleDownDeadline] = "soon";
        world.Edit(spec => spec["terminate"] = true);

        world.Settle();

        Assert.Equal(0, world.ReplicaSet("ex-a").Wanted);
    }

    [Fact]
    public void Replicas_Changed_AreFollowedWhileRunning_TheTemplateIsNot_EX24_EV53()
    {
        var world = TestExperiment.Of("", "a");
        world.Settle();
        world.Events.Clear();

        world.Edit(spec =>
        {
            spec["templates"]![0]!["replicas"] = 3;
            spec["templates"]![0]!["template"]!["spec"]!["containers"]![0]!["image"] = "other";
        });
        world.Settle();

        Assert.Equal((3, 3), (world.ReplicaSet("ex-a").Wanted, world.Status.Template("a")!.AvailableReplicas));
        Assert.Equal("a:1", world.ReplicaSets["ex-a"]["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.Equal("Normal ScalingReplicaSet: Scaled up ReplicaSet ex-a from 1 to 3", world.Events[0]);
        Assert.Equal("Running", world.Phase);
    }

    [Fact]
    public void Replicas_ChangedToNone_AreNoFailureWhileTheDelayLasts_EX24_EX21()
    {
        var world = TestExperiment.Of("\"progressDeadlineSeconds\":10,", "a");
        world.Settle();
        world.Now += TimeSpan.FromHours(1);
        world.Edit(spec => spec["templates"]![0]!["replicas"] = 0);

        world.SettleAfter(world.Settle());

        Assert.Equal(("Running", 0), (world.Phase, world.ReplicaSet("ex-a").Wanted));
    }

    [Fact]
    public void Template_TakenOutOfTheSpec_LeavesNothingRunning()
    {
        var world = TestExperiment.Of("", "a", Template("b", "\"service\":{},", Http));
        world.Settle();
        world.Edit(spec => spec["templates"]!.AsArray().RemoveAt(1));

        world.SettleAfter(world.Settle());

        Assert.Equal((0, 1), (world.ReplicaSet("ex-b").Wanted, world.ReplicaSet("ex-a").Wanted));
        Assert.Empty(world.Services);
        Assert.Equal(["a"], world.Status.Templates.Select(t => t.Name));
    }

    [Fact]
    public void ReplicaSet_Deleted_IsMadeAgainWhileRunning_ButNotAfterwards()
    {
        var world = TestExperiment.Of("", "a");
        world.Settle();
        world.ReplicaSets.Clear();
        world.Settle();
        Assert.Equal("Running", world.Phase);

        world.ReplicaSets.Clear();
        world.Edit(spec => spec["terminate"] = true);
        world.Settle();

        Assert.Empty(world.ReplicaSets);
        Assert.Equal("Successful", world.Phase);
    }

    /// <summary>One pass whose first effect of a kind is refused for good.</summary>
    internal static void Refuse<T>(TestExperiment world, Func<T, bool> which, string error)
        where T : ExperimentEffect
    {
        var (seen, decision) = (world.Observe(), world.Decide());
        foreach (var effect in decision.Effects)
        {
            if (effect is T refused && which(refused))
            {
                world.Apply(ExperimentDecider.AfterRefusal(seen, refused, error));
                return;
            }

            Assert.True(effect.Match(world));
        }

        Assert.Fail($"nothing to refuse: {string.Join("; ", decision.Effects)}");
    }
}
