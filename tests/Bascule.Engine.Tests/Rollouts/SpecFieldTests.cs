using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Tests.Rollouts;

/// <summary>What each field of the spec does, and what it does when it is not there.</summary>
public sealed class SpecFieldTests
{
    private const string Steps = """[{"setWeight":50},{"pause":{}}]""";

    [Theory]
    [InlineData("""{"labels":{"app":"web","team":"a"}}""", true)]
    [InlineData("""{"labels":{"app":"web"},"annotations":{"note":"b"}}""", true)]
    [InlineData("""{"labels":{"app":"web"},"creationTimestamp":null}""", false)]
    [InlineData("""{"labels":{"app":"web"},"annotations":{}}""", false)]
    public void Template_AnyDifference_IsANewVersion_SPEC3(string metadata, bool isNew)
    {
        var world = Deployed(TestWorld.Canary(2, Steps));
        world.Edit(spec => spec["template"]!["metadata"] = JsonNode.Parse(metadata));
        world.Settle();

        Assert.Equal(isNew ? (2, RolloutPhases.Paused) : (1, RolloutPhases.Healthy), (world.Observe().ReplicaSets.Length, world.Status.Phase));
    }

    [Fact]
    public void MinReadySeconds_IsFollowedWithoutANewVersion_SPEC4()
    {
        var world = Deployed(TestWorld.Canary(2, Steps));
        Assert.Equal(0, world.ReplicaSet("v1").MinReadySeconds);
        world.Edit(spec => spec["minReadySeconds"] = 7);
        world.Settle();

        Assert.Equal((7, 1, "v1:2"), (world.ReplicaSet("v1").MinReadySeconds, world.ReplicaSet("v1").Revision, world.Pods));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("\"progressDeadlineAbort\":false,", false)]
    [InlineData("\"progressDeadlineAbort\":true,", true)]
    public void ProgressDeadlineAbort_AbortsWhatIsLate_SPEC8(string spec, bool aborts)
    {
        var world = Deployed(TestWorld.Canary(4, Steps, spec: spec));
        world.BrokenImages.Add("v2");
        world.SetImage("v2");
        world.Settle();
        world.Now += TimeSpan.FromSeconds(601);
        world.Settle();

        Assert.Equal((aborts, RolloutPhases.Degraded), (world.Status.Abort, world.Status.Phase));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public void RollbackWindow_SkipsTheStepsWhenPositive_SPEC10(int? revisions, bool skips)
    {
        var world = Deployed(TestWorld.Canary(2, Steps));
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"promoteFull":true}""");
        world.Settle();
        if (revisions is { } count)
            world.Edit(spec => spec["rollbackWindow"] = new JsonObject { ["revisions"] = count });
        world.SetImage("v1");
        world.Settle();

        Assert.Equal(skips ? RolloutPhases.Healthy : RolloutPhases.Paused, world.Status.Phase);
    }

    [Fact]
    public void PreviewReplicaCount_MayExceedTheReplicas_SPEC32()
    {
        var world = Deployed(TestWorld.BlueGreen(2, "\"previewReplicaCount\":5,\"autoPromotionEnabled\":false,"));
        world.SetImage("v2");
        world.Settle();
        Assert.Equal("v1:2 v2:5", world.Pods);
        world.PatchStatus("""{"pauseConditions":null}""");
        world.Settle();
        Assert.Equal(("v1:2 v2:2", world.ReplicaSet("v2").Hash), (world.Pods, world.Selected("active")));
    }

    [Theory]
    [InlineData("", 10, 2)]
    [InlineData("", 3, 1)] // Where it comes to nothing, a restart could never begin (SPEC-54).
    [InlineData("\"maxUnavailable\":3,", 10, 3)]
    [InlineData("\"maxUnavailable\":\"50%\",", 5, 2)]
    public void MaxUnavailable_OfBlueGreen_IsRoundedDownAndScalesNothing_SPEC35(string field, int replicas, int unavailable)
    {
        var world = Deployed(TestWorld.BlueGreen(replicas, field + "\"autoPromotionEnabled\":false,"));
        Assert.Equal(unavailable, ReplicaLimits.Of(world.Observe().Rollout.Spec.BlueGreen!, replicas).Unavailable);
        world.SetImage("v2");
        world.Settle();
        Assert.Equal($"v1:{replicas} v2:{replicas}", world.Pods);
    }

    [Theory]
    [InlineData(false, "", "v1:2 v2:2 v3:2")]
    [InlineData(false, "\"scaleDownDelayRevisionLimit\":1,", "v1:0 v2:2 v3:2")]
    [InlineData(false, "\"scaleDownDelayRevisionLimit\":0,", "v1:0 v2:0 v3:2")]
    [InlineData(true, "", "v1:2 v2:2 v3:2")]
    [InlineData(true, "\"scaleDownDelayRevisionLimit\":1,", "v1:0 v2:2 v3:2")]
    public void ScaleDownDelayRevisionLimit_BoundsTheVersionsKept_SPEC37_SPEC58(bool canary, string field, string pods)
    {
        var world = Deployed(canary ? TestWorld.Routed(2, "[]", field) : TestWorld.BlueGreen(2, field));
        foreach (var image in new[] { "v2", "v3" })
        {
            world.SetImage(image);
            world.Settle();
        }

        Assert.Equal(pods, world.Pods);
    }

    [Fact]
    public void PromotionAnalyses_MakeTheirRunsAsWritten_SPEC38()
    {
        const string analysis = """{"templates":[{"templateName":"t"}],"args":[{"name":"a","value":"x"}],"dryRun":[{"metricName":"m"}],"measurementRetention":[{"metricName":"m","limit":3}],"analysisRunMetadata":{"labels":{"team":"a"}}}""";
        var world = TestWorld.BlueGreen(2, $"\"prePromotionAnalysis\":{analysis},\"postPromotionAnalysis\":{analysis},");
        world.AddTemplate("t", """{"args":[{"name":"a"}],"metrics":[{"name":"m","provider":{"web":{"url":"http://{{args.a}}"}}}]}""");
        Deployed(world).SetImage("v2");
        world.Settle();
        var hash = world.ReplicaSet("v2").Hash;
        foreach (var (name, type) in new[] { ($"web-{hash}-2-pre", "PrePromotion"), ($"web-{hash}-2-post", "PostPromotion") })
        {
            var run = world.Runs[name];
            Assert.Equal((type, "a"), (run["metadata"]!["labels"]![Labels.RolloutType]!.GetValue<string>(), run["metadata"]!["labels"]!["team"]!.GetValue<string>()));
            Assert.Equal("""[{"name":"a","value":"x"}]""", run["spec"]!["args"]!.ToJsonString());
            Assert.Equal(("m", 3), (run["spec"]!["dryRun"]![0]!["metricName"]!.GetValue<string>(), run["spec"]!["measurementRetention"]![0]!["limit"]!.GetValue<int>()));
            world.EndRun(name, "Successful");
            world.Settle();
        }

        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
    }

    [Theory]
    [InlineData(false, "", 30)]
    [InlineData(false, "\"abortScaleDownDelaySeconds\":5,", 5)]
    [InlineData(false, "\"abortScaleDownDelaySeconds\":0,", null)]
    [InlineData(true, "", 30)]
    [InlineData(true, "\"abortScaleDownDelaySeconds\":5,", 5)]
    [InlineData(true, "\"abortScaleDownDelaySeconds\":0,", null)]
    public void AbortScaleDownDelay_KeepsTheAbortedPods_SPEC40_SPEC59(bool canary, string field, int? seconds)
    {
        var world = Deployed(canary ? TestWorld.Routed(2, Steps, field) : TestWorld.BlueGreen(2, field + "\"autoPromotionEnabled\":false,"));
        world.SetImage("v2");
        world.Settle();
        var pods = world.Pods;
        world.PatchStatus("""{"abort":true}""");
        var decision = world.Settle();
        Assert.Equal((pods, seconds), (world.Pods, (int?)decision.LookAgainAfter?.TotalSeconds));
        world.Now += TimeSpan.FromSeconds(seconds ?? 1_000_000);
        world.Settle();
        Assert.Equal(seconds is null ? pods : "v1:2 v2:0", world.Pods);
    }

    [Fact]
    public void AbortScaleDownDelay_WithoutRouting_IsNone_SPEC59()
    {
        var world = Deployed(TestWorld.Canary(2, Steps, "\"abortScaleDownDelaySeconds\":600,"));
        world.SetImage("v2");
        world.Settle();
        world.PatchStatus("""{"abort":true}""");
        world.Settle();
        Assert.Equal("v1:2 v2:0", world.Pods);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"canaryService\":\"canary\",")]
    [InlineData("\"stableService\":\"stable\",")]
    public void Services_OfAPlainCanary_AreOptionalAndFollowed_SPEC50(string service)
    {
        var world = TestWorld.Canary(2, Steps, service);
        world.AddService("canary");
        world.AddService("stable");
        Deployed(world).SetImage("v2");
        world.Settle();

        Assert.Equal(service.Contains("canaryService", StringComparison.Ordinal) ? world.ReplicaSet("v2").Hash : "", world.Selected("canary"));
        Assert.Equal(service.Contains("stableService", StringComparison.Ordinal) ? world.ReplicaSet("v1").Hash : "", world.Selected("stable"));
    }

    [Theory]
    [InlineData(true, "", 30)]
    [InlineData(true, "\"scaleDownDelaySeconds\":90,", 90)]
    [InlineData(true, "\"scaleDownDelaySeconds\":0,", null)]
    [InlineData(false, "", null)]
    public void ScaleDownDelay_OfACanary_NeedsRouting_SPEC57(bool routed, string field, int? seconds)
    {
        var world = Deployed(routed ? TestWorld.Routed(2, "[]", field) : TestWorld.Canary(2, "[]"));
        world.SetImage("v2");
        var decision = world.Settle();
        Assert.Equal((seconds is null ? "v1:0 v2:2" : "v1:2 v2:2", seconds), (world.Pods, (int?)decision.LookAgainAfter?.TotalSeconds));
        world.Now += TimeSpan.FromSeconds(seconds ?? 0);
        world.Settle();
        Assert.Equal("v1:0 v2:2", world.Pods);
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("pong")]
    [InlineData("")]
    public void PingPong_NamesTheServiceOfTheCanary_SPEC61_STAT24(string recorded)
    {
        // TR-C-23
        var world = TestWorld.Canary(2, Steps, "\"pingPong\":{\"pingService\":\"pingService\",\"pongService\":\"pongService\"},\"trafficRouting\":{\"istio\":{\"virtualService\":{\"name\":\"web\"}}},");
        world.AddService("pingService");
        world.AddService("pongService");
        world.Settle();
        Assert.Equal(PingPong.Ping, world.Rollout["status"]!["canary"]!["stablePingPong"]!.GetValue<string>());
        // Lost or damaged, the record is what the Services say: ping leads to the stable version.
        world.PatchStatus($$$"""{"canary":{"stablePingPong":"{{{recorded}}}"}}""");
        world.SetImage("v2");
        world.Settle();

        Assert.Equal(world.ReplicaSet("v2").Hash, world.Selected("pongService"));
        Assert.Equal(world.ReplicaSet("v1").Hash, world.Selected("pingService"));
        Assert.Equal(PingPong.Ping, world.Rollout["status"]!["canary"]!["stablePingPong"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("\"minPodsPerReplicaSet\":3,", """[{"setWeight":1},{"pause":{}}]""", 10, "v1:10 v2:3")]
    [InlineData("", """[{"setWeight":1},{"pause":{}}]""", 10, "v1:10 v2:1")]
    [InlineData("\"minPodsPerReplicaSet\":3,", """[{"setWeight":1},{"pause":{}}]""", 2, "v1:2 v2:2")]
    [InlineData("\"minPodsPerReplicaSet\":3,", """[{"setWeight":0},{"pause":{}}]""", 10, "v1:10 v2:0")]
    [InlineData("\"minPodsPerReplicaSet\":3,", """[{"setCanaryScale":{"replicas":1}},{"pause":{}}]""", 10, "v1:10 v2:1")]
    [InlineData("\"minPodsPerReplicaSet\":3,\"dynamicStableScale\":true,", """[{"setCanaryScale":{"replicas":1}},{"pause":{}}]""", 10, "v1:10 v2:3")]
    [InlineData("\"minPodsPerReplicaSet\":3,\"dynamicStableScale\":true,", """[{"setWeight":90},{"pause":{}}]""", 10, "v1:3 v2:9")]
    public void MinPodsPerReplicaSet_RaisesWhatIsNotZero_SPEC62_VER4(string field, string steps, int replicas, string pods)
    {
        var world = Deployed(TestWorld.Routed(replicas, steps, field));
        world.SetImage("v2");
        world.Settle();
        Assert.Equal(pods, world.Pods);
    }

    private static TestWorld Deployed(TestWorld world)
    {
        world.Settle();
        Assert.Equal(RolloutPhases.Healthy, world.Status.Phase);
        return world;
    }
}
