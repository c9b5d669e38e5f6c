using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>The ReplicaSet of a version: how it is made, kept in step, and when it and what belongs to it goes.</summary>
public sealed class VersionObjectTests
{
    [Fact]
    public void NewReplicaSet_IsMadeAsTheReferenceMakesIt_NAME1_KEY15()
    {
        var world = TestWorld.Canary(3, "[]", spec: "\"minReadySeconds\":4,");
        world.Rollout["metadata"]!["annotations"] = new JsonObject
        {
            ["note"] = "kept",
            [Annotations.LastApplied] = "{}",
            [Annotations.Notified] = "{}",
            [Annotations.DesiredReplicas] = "99",
            [Annotations.RevisionHistory] = "1,2",
        };
        world.AddReplicaSet((JsonObject)JsonNode.Parse("""
            {"metadata":{"name":"web-old","namespace":"shop","uid":"x","resourceVersion":"1","generation":1,"labels":{"app":"web","rollouts-pod-template-hash":"old"},"annotations":{"rollout.argoproj.io/revision":"7"}},
             "spec":{"replicas":0,"template":{"spec":{"containers":[{"name":"web","image":"v0"}]}}}}
            """)!);
        while (world.ReplicaSets("v1") is null)
            world.Apply(world.Decide());
        var body = world.Applied[^1].Effects.OfType<CreateReplicaSet>().Single().Body;
        var hash = world.ReplicaSet("v1").Hash;

        Assert.Equal(
            JsonNode.Parse("""
                {"apiVersion":"apps/v1","kind":"ReplicaSet",
                 "metadata":{"name":"web-HASH","namespace":"shop","labels":{"app":"web","rollouts-pod-template-hash":"HASH"},
                  "annotations":{"note":"kept","rollout.argoproj.io/revision":"8","rollout.argoproj.io/desired-replicas":"3"},
                  "ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"web","uid":"r-1","controller":true,"blockOwnerDeletion":true}]},
                 "spec":{"replicas":0,"minReadySeconds":4,"selector":{"matchLabels":{"app":"web","rollouts-pod-template-hash":"HASH"}},
                  "template":{"metadata":{"labels":{"app":"web","rollouts-pod-template-hash":"HASH"}},"spec":{"containers":[{"name":"web","image":"v1"}]}}}}
                """.Replace("HASH", hash, StringComparison.Ordinal))!.ToJsonString(),
            JsonNode.Parse(body.GetRawText())!.ToJsonString());
    }

    [Fact]
    public void NewReplicaSet_IsAnnouncedInOrder_NAME2()
    {
        var world = TestWorld.Canary(3, "[]");
        while (world.ReplicaSets("v1") is null)
            world.Apply(world.Decide());

        Assert.Equal("1", world.Rollout["metadata"]!["annotations"]![Annotations.Revision]!.GetValue<string>());
        Assert.Equal([EventReasons.Updated, EventReasons.NewReplicaSetCreated], world.Emitted.Select(e => e.Reason));
        Assert.Equal(ConditionReasons.NewReplicaSetCreated, world.Status.Condition(ConditionTypes.Progressing)!.Reason);
    }

    [Fact]
    public void ExistingReplicaSet_IsKeptInStep_NAME5_NAME7()
    {
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        world.Rollout["metadata"]!["annotations"]!["note"] = "one";
        world.Edit(spec => spec["minReadySeconds"] = 6);
        world.Settle();
        var rs = world.ReplicaSet("v1");
        Assert.Equal(("one", 6, 1), (rs.Meta.Annotations["note"], rs.MinReadySeconds, rs.Revision));
        // The reference appends to the history here, where nothing but another annotation has changed.
        Assert.False(rs.Meta.Annotations.ContainsKey(Annotations.RevisionHistory));

        ((JsonObject)world.Rollout["metadata"]!["annotations"]!).Remove("note");
        world.Edit(spec => spec["minReadySeconds"] = 0);
        world.Settle();
        Assert.Equal("one", world.ReplicaSet("v1").Meta.Annotations["note"]); // Never deleted.

        foreach (var image in new[] { "v2", "v1", "v2", "v1" })
        {
            world.SetImage(image);
            world.Settle();
        }

        Assert.Equal((5, "1,3"), (world.ReplicaSet("v1").Revision, world.ReplicaSet("v1").Meta.Annotations[Annotations.RevisionHistory]));
    }

    [Fact]
    public void RevisionTakenByAnOlderVersion_IsRaised_NAME5()
    {
        var world = TestWorld.Canary(3, "[]");
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.Raw(world.ReplicaSet("v1").Name)["metadata"]!["annotations"]![Annotations.Revision] = "12";
        world.Settle();
        Assert.Equal((13, "13"), (world.ReplicaSet("v2").Revision, world.Rollout["metadata"]!["annotations"]![Annotations.Revision]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(0, "v4:2")]
    [InlineData(1, "v3:0 v4:2")]
    [InlineData(2, "v2:0 v3:0 v4:2")]
    public void RevisionHistoryLimit_IsKeptInEveryPass_GC1_GC3(int limit, string pods)
    {
        foreach (var blueGreen in new[] { false, true })
        {
            var spec = $"\"revisionHistoryLimit\":{limit},";
            var world = blueGreen ? TestWorld.BlueGreen(2, "\"scaleDownDelaySeconds\":0,", spec) : TestWorld.Canary(2, "[]", spec: spec);
            foreach (var image in new[] { "v1", "v2", "v3", "v4" })
            {
                world.SetImage(image);
                world.Settle();
            }

            Assert.Equal((blueGreen, pods), (blueGreen, world.Pods));
        }
    }

    [Fact]
    public void ReplicaSetBeyondTheHistory_TakesItsRunsAndExperimentsAlong_GC2()
    {
        var world = TestWorld.Canary(2, """[{"experiment":{"templates":[{"name":"a","specRef":"canary"}]}},{"analysis":{"templates":[{"templateName":"t"}]}}]""", spec: "\"revisionHistoryLimit\":1,");
        world.AddTemplate("t", """{"metrics":[{"name":"m","provider":{"web":{"url":"http://y"}}}]}""");
        world.Settle();
        foreach (var image in new[] { "v2", "v3", "v4" })
        {
            world.SetImage(image);
            world.Settle();
            foreach (var experiment in world.Experiments.Keys.ToList())
                world.SetExperiment(experiment, """{"phase":"Successful"}""");
            world.Settle();
            foreach (var run in world.Runs.Keys.ToList())
                world.EndRun(run, "Successful");
            world.Settle();
            Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        }

        Assert.Equal("v3:0 v4:2", world.Pods);
        string[] versions = [world.ReplicaSet("v3").Hash, world.ReplicaSet("v4").Hash];
        Assert.Equal(versions.Order(), world.Runs.Values.Select(Hash).Order());
        Assert.Equal(versions.Order(), world.Experiments.Values.Select(Hash).Order());
    }

    [Theory]
    [InlineData("spec", "replicas", 1)]
    [InlineData("status", "replicas", 1)]
    [InlineData("status", "observedGeneration", 0)]
    public void ReplicaSetThatIsNotEmpty_IsNotDeletedNorReplacedByAYounger_GC1(string part, string field, int value)
    {
        var world = TestWorld.Canary(2, "[]");
        foreach (var image in new[] { "v1", "v2", "v3" })
        {
            world.SetImage(image);
            world.Settle();
        }

        var at = Situation.Of(world.Observe());
        world.Raw(world.ReplicaSet("v1").Name)[part]![field] = value;
        world.Edit(spec => spec["revisionHistoryLimit"] = 1);
        Assert.Equal(2, at.Other.Length);
        Assert.DoesNotContain(world.Decide().Effects, e => e is DeleteReplicaSet);
    }

    private static string Hash(JsonObject item) => item["metadata"]!["labels"]![Labels.PodTemplateHash]!.GetValue<string>();
}
