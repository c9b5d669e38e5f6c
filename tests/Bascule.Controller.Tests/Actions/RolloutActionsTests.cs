using Bascule.Controller.Actions;
using Bascule.Kube;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Actions;

public sealed class RolloutActionsTests
{
    [Fact]
    public void Abort_Always_SetsAbort_CLI1() => Assert.Equal([("status", """{"status":{"abort":true}}""")], Sent(RolloutActions.Abort()));

    [Fact]
    public void Retry_Always_ClearsAbort_CLI2() => Assert.Equal([("status", """{"status":{"abort":false}}""")], Sent(RolloutActions.Retry()));

    [Fact]
    public void Pause_Always_PausesSpec_CLI3() => Assert.Equal([("", """{"spec":{"paused":true}}""")], Sent(RolloutActions.Pause()));

    [Fact]
    public void Restart_AtInstant_IsWholeSecondsUtc_CLI7() => Assert.Equal(
        [("", """{"spec":{"restartAt":"2026-01-02T03:04:05Z"}}""")],
        Sent(RolloutActions.Restart(Epoch.AddMilliseconds(700).ToOffset(TimeSpan.FromHours(2)))));

    public static TheoryData<string, string, string, string[]> Promotions => new()
    {
        { "at a pause", "{}", """{"pauseConditions":[{"reason":"CanaryPauseStep","startTime":"2026-01-02T03:04:05Z"}],"controllerPause":true,"currentStepIndex":1}""", ["""status {"status":{"pauseConditions":null}}"""] },
        { "at a step that is no pause", "{}", """{"currentStepIndex":2}""", ["""status {"status":{"pauseConditions":null,"currentStepIndex":3}}"""] },
        { "before the first status", "{}", "{}", ["""status {"status":{"pauseConditions":null,"currentStepIndex":1}}"""] },
        { "past the last step", "{}", """{"currentStepIndex":4}""", ["""status {"status":{"pauseConditions":null,"currentStepIndex":4}}"""] },
        { "inconclusive", "{}", """{"pauseConditions":[{"reason":"InconclusiveAnalysisRun"}],"controllerPause":true,"currentStepIndex":1,"canary":{"currentStepAnalysisRunStatus":{"name":"r","status":"Inconclusive"}}}""", ["""status {"status":{"pauseConditions":null,"controllerPause":false,"currentStepIndex":2}}"""] },
        { "paused by the user at a pause", """{"paused":true}""", """{"pauseConditions":[{"reason":"CanaryPauseStep"}],"currentStepIndex":1}""", ["""status {"status":{"pauseConditions":null}}""", """ {"spec":{"paused":false}}"""] },
        { "paused by the user elsewhere: no step is skipped", """{"paused":true}""", """{"currentStepIndex":2}""", [""" {"spec":{"paused":false}}"""] },
        { "no steps", """{"strategy":{"canary":{}}}""", "{}", [] },
    };

    [Theory]
    [MemberData(nameof(Promotions))]
    public void Promote_BySituation_SendsWhatMovesItOn_CLI4(string situation, string spec, string status, string[] expected) =>
        Assert.Equal((situation, string.Join('\n', expected)), (situation, string.Join('\n', Sent(RolloutActions.Promote(Read(Rollout(spec: spec, status: status)))).Select(p => $"{p.Subresource} {p.Body}"))));

    [Theory]
    [InlineData("a", "b", false, "status {\"status\":{\"promoteFull\":true}}")]
    [InlineData("a", "b", true, "status {\"status\":{\"promoteFull\":true}};  {\"spec\":{\"paused\":false}}")]
    [InlineData("a", "a", true, " {\"spec\":{\"paused\":false}}")]
    [InlineData("a", "a", false, "")]
    public void PromoteFull_BySituation_SkipsOnlyWhatIsLeft_CLI5(string stable, string current, bool paused, string expected)
    {
        var rollout = Read(Rollout(spec: $$"""{"paused":{{(paused ? "true" : "false")}}}""", status: $$"""{"stableRS":"{{stable}}","currentPodHash":"{{current}}"}"""));

        Assert.Equal(expected, string.Join("; ", Sent(RolloutActions.PromoteFull(rollout)).Select(p => $"{p.Subresource} {p.Body}")));
    }

    [Theory]
    [InlineData("""{"currentStepIndex":1}""", 2)]
    [InlineData("{}", 1)]
    [InlineData("""{"currentStepIndex":4}""", 4)]
    public void SkipCurrentStep_GoesToTheNext_CLI6(string status, int step)
    {
        var rollout = Read(Rollout(status: status));

        Assert.Equal([("status", $$$"""{"status":{"pauseConditions":null,"currentStepIndex":{{{step}}}}}""")], Sent(RolloutActions.SkipCurrentStep(rollout)));
        Assert.Equal([("status", """{"status":{"pauseConditions":null,"currentStepIndex":4}}""")], Sent(RolloutActions.SkipAllSteps(rollout)));
    }

    [Theory]
    [InlineData("""{"strategy":{"canary":{}}}""")]
    [InlineData("""{"strategy":{"blueGreen":{"activeService":"a"}}}""")]
    public void SkipSteps_WithoutSteps_SaysSo_CLI6(string spec)
    {
        var rollout = Read(Rollout(spec: spec));

        Assert.Equal("rollout \"web\" has no canary steps to skip", Assert.Throws<RolloutActionException>(() => RolloutActions.SkipCurrentStep(rollout)).Message);
        Assert.Throws<RolloutActionException>(() => RolloutActions.SkipAllSteps(rollout));
    }

    [Fact]
    public async Task Send_ToACrdWithoutStatusSubresource_PatchesTheWholeObject_CLI11()
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        cluster.Controller.Before = write =>
        {
            if (write.StartsWith("patch rollouts.argoproj.io/status", StringComparison.Ordinal))
                throw new KubeException(System.Net.HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource");
        };

        await new RolloutActor(cluster.Controller).SendAsync(new("default", "web"), RolloutActions.Abort(), CancellationToken.None);

        Assert.Equal("patch rollouts.argoproj.io default/web", Assert.Single(cluster.Controller.Writes));
    }

    [Fact]
    public void SetImage_OneContainer_TestsItsNameAndReplacesItsImage_CLI10()
    {
        var patch = Assert.Single(RolloutActions.SetImage(Read(Rollout()), new Dictionary<string, string> { ["side"] = "side:2" }));

        Assert.Equal(PatchType.Json, patch.Patch.Type);
        Assert.Null(patch.Subresource);
        Assert.Equal(
            """[{"op":"test","path":"/spec/template/spec/containers/1/name","value":"side"},{"op":"replace","path":"/spec/template/spec/containers/1/image","value":"side:2"}]""",
            patch.Patch.Body.ToJsonString());
    }

    [Fact]
    public void SetImage_Star_ReplacesEveryImageThatDiffers_CLI10()
    {
        var patch = Assert.Single(RolloutActions.SetImage(Read(Rollout()), new Dictionary<string, string> { ["*"] = "web:1" }));

        Assert.Equal(2, patch.Patch.Body.AsArray().Count);
        Assert.Contains("containers/1/image", patch.Patch.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SetImage_SameImage_SendsNothing() =>
        Assert.Empty(RolloutActions.SetImage(Read(Rollout()), new Dictionary<string, string> { ["web"] = "web:1" }));

    [Fact]
    public void SetImage_UnknownContainer_NamesThoseThereAre()
    {
        var error = Assert.Throws<RolloutActionException>(() => RolloutActions.SetImage(Read(Rollout()), new Dictionary<string, string> { ["wbe"] = "web:2" }));

        Assert.Equal("rollout \"web\" has no container \"wbe\"; it has: web, side", error.Message);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:1"}]}}}}""", "/spec/template/spec/containers/0/image")]
    [InlineData("v1", "PodTemplate", """{"template":{"spec":{"containers":[{"name":"web","image":"web:1"}]}}}""", "/template/spec/containers/0/image")]
    public void SetImage_WorkloadRef_ChangesTheWorkload_CLI10(string apiVersion, string kind, string workload, string path)
    {
        var rollout = Read(Rollout(spec: $$"""{"template":null,"workloadRef":{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","name":"deploy"} }"""));

        var patch = Assert.Single(RolloutActions.SetImage(rollout, new Dictionary<string, string> { ["web"] = "web:2" }, With(Named("deploy"), workload)));

        Assert.Equal((kind, "shop/deploy"), (patch.Workload!.Type.Kind, patch.Workload.Key.ToString()));
        Assert.Contains($"\"path\":\"{path}\",\"value\":\"web:2\"", patch.Patch.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SetImage_WorkloadIsMissing_SaysSo_CLI10()
    {
        var rollout = Read(Rollout(spec: """{"workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"deploy"}}"""));

        var error = Assert.Throws<RolloutActionException>(() => RolloutActions.SetImage(rollout, new Dictionary<string, string> { ["web"] = "web:2" }));

        Assert.Equal("rollout \"web\" takes its pod template from Deployment \"deploy\" (spec.workloadRef), which was not found", error.Message);
    }

    private static KubeObject With(KubeObject item, string more)
    {
        var node = item.ToNode();
        foreach (var (name, value) in Json(more))
            node[name] = value!.DeepClone();
        return KubeObject.From(node);
    }

    private static IEnumerable<(string Subresource, string Body)> Sent(IEnumerable<RolloutPatch> patches) =>
        patches.Select(p => (p.Subresource ?? "", p.Patch.Body.ToJsonString()));
}
