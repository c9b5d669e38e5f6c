using System.Text.Json.Nodes;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class AntiAffinityTests
{
    private const string Required = "\"antiAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{}},";
    private const string Preferred = "\"antiAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":{\"weight\":7}},";
    private const string Pause = """[{"setWeight":50},{"pause":{}}]""";

    [Fact]
    public void FirstVersion_HasNobodyToKeepAwayFrom_SPEC56()
    {
        var world = TestWorld.Canary(2, Pause, Required);
        world.Settle();
        Assert.Null(Affinity(world, "v1"));
    }

    [Theory]
    [InlineData(Required, """{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[TERM]}}""")]
    [InlineData(Preferred, """{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":7,"podAffinityTerm":TERM}]}}""")]
    public void NewVersion_KeepsAwayFromTheStableOne_SPEC56_NAME1(string antiAffinity, string expected)
    {
        var world = TestWorld.Canary(2, Pause, antiAffinity);
        world.Settle();
        world.SetImage("v2");
        world.Settle();

        Assert.Equal(expected.Replace("TERM", Term(world.ReplicaSet("v1").Hash), StringComparison.Ordinal), Affinity(world, "v2"));
        Assert.Equal("v1:1 v2:1", world.Pods);
        Assert.Empty(world.Decide().Effects);
    }

    [Fact]
    public void BlueGreen_HasItToo_SPEC39()
    {
        var world = TestWorld.BlueGreen(2, Required);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Contains(Term(world.ReplicaSet("v1").Hash), Affinity(world, "v2"), StringComparison.Ordinal);
    }

    [Fact]
    public void TermsOfTheUser_AreKept_SPEC56()
    {
        const string Own = """{"labelSelector":{"matchLabels":{"app":"web"}},"topologyKey":"zone"}""";
        var world = TestWorld.Canary(2, Pause, Required);
        world.Edit(spec => spec["template"]!["spec"]!["affinity"] = JsonNode.Parse($$$"""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{Own}}}]}}"""));
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        Assert.Equal($$$"""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{Own}}},{{{Term(world.ReplicaSet("v1").Hash)}}}]}}""", Affinity(world, "v2"));
    }

    [Theory]
    [InlineData(Required)]
    [InlineData(Preferred)]
    public void TermThatNamesAnEarlierStable_IsRewrittenInPlace_SPEC56_NAME5(string antiAffinity)
    {
        var world = TestWorld.Canary(2, Pause, antiAffinity);
        world.Settle();
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        world.SetImage("v3");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();

        // Back to the second version, whose pods were told to keep away from the first.
        world.SetImage("v2");
        var rewritten = world.Decide().Effects.OfType<PatchReplicaSet>().Single(e => e.Name == world.ReplicaSet("v2").Name);
        Assert.Equal(2, world.ReplicaSet("v2").Revision);
        world.Settle();

        Assert.True(rewritten.Patch.TryGetProperty("spec", out _));
        Assert.Contains(Term(world.ReplicaSet("v3").Hash), Affinity(world, "v2"), StringComparison.Ordinal);
        Assert.Equal(3, world.Observe().ReplicaSets.Length);
        Assert.Empty(world.Decide().Effects);
    }

    private static string Term(string hash) =>
        $$$"""{"labelSelector":{"matchExpressions":[{"key":"rollouts-pod-template-hash","operator":"In","values":["{{{hash}}}"]}]},"namespaces":["shop"],"topologyKey":"kubernetes.io/hostname"}""";

    private static string? Affinity(TestWorld world, string image) =>
        world.Raw(world.ReplicaSet(image).Name)["spec"]!["template"]!["spec"]!["affinity"]?.ToJsonString();
}
