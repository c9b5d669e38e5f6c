using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Controller.Actions;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Actions;

public sealed class RevisionHistoryTests
{
    [Theory]
    [InlineData(0, "web:2")]
    [InlineData(1, "web:1")]
    public void Undo_ToRevision_ReplacesTheTemplateWithoutTheHash_CLI8(int toRevision, string image)
    {
        var replicaSets = new[] { ReplicaSet("aaa", 1, image: "web:1"), ReplicaSet("ccc", 3, image: "web:3"), ReplicaSet("bbb", 2, image: "web:2") };

        var patch = Assert.Single(RevisionHistory.Undo(Read(Rollout()), replicaSets, toRevision)).Patch;

        var operation = Assert.Single(patch.Body.AsArray())!.AsObject();
        Assert.Equal("replace /spec/template", $"{operation["op"]} {operation["path"]}");
        Assert.Equal(image, operation["value"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.Null(operation["value"]!["metadata"]!["labels"]![Labels.PodTemplateHash]);
    }

    [Fact]
    public void Undo_TemplateIsCurrent_SendsNothing()
    {
        var old = ReplicaSet("aaa", 1);
        var template = old.ToNode()["spec"]!["template"]!.DeepClone().AsObject();
        template["metadata"]!["labels"]!.AsObject().Remove(Labels.PodTemplateHash);
        var rollout = Read(Rollout(spec: new JsonObject { ["template"] = template }.ToJsonString()));

        Assert.Empty(RevisionHistory.Undo(rollout, [old, ReplicaSet("bbb", 2)], 1));
    }

    [Fact]
    public void Undo_WithWorkloadRef_ChangesTheWorkload_WithoutWhatWasInjected_CLI8()
    {
        const string Injected = """
            {"template":{"metadata":{"labels":{"app":"web","role":"stable","rollouts-pod-template-hash":"aaa"}},"spec":{"containers":[{"name":"web","image":"web:1"}],
             "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{"matchExpressions":[{"key":"rollouts-pod-template-hash","operator":"In","values":["x"]}]}}]}}}}}
            """;
        var rollout = Read(Rollout(spec: """{"template":null,"workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"deploy"}}"""));
        var old = With(With(ReplicaSet("aaa", 1), "spec", Injected), "metadata", """{"annotations":{"rollout.argoproj.io/revision":"1","rollout.argoproj.io/ephemeral-metadata":"{\"labels\":{\"role\":\"stable\"}}"}}""");

        var patch = Assert.Single(RevisionHistory.Undo(rollout, [old, ReplicaSet("bbb", 2)], 0, Named("deploy", spec: "{\"template\":{}}")));

        Assert.Equal(("Deployment", "shop/deploy"), (patch.Workload!.Type.Kind, patch.Workload.Key.ToString()));
        Assert.Equal(
            """[{"op":"replace","path":"/spec/template","value":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}]""",
            patch.Patch.Body.ToJsonString());
    }

    [Theory]
    [InlineData(0, "rollout \"web\" has no revision before the newest; revisions kept: 4")]
    [InlineData(9, "rollout \"web\" has no revision 9; revisions kept: 4")]
    public void Undo_NoSuchRevision_NamesThoseKept(int toRevision, string message)
    {
        var error = Assert.Throws<RolloutActionException>(() => RevisionHistory.Undo(Read(Rollout()), [ReplicaSet("aaa", 4)], toRevision));

        Assert.Equal(message, error.Message);
    }
}
