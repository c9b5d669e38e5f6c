using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;

namespace Bascule.Api.Tests.Rollouts;

public sealed class SpecReadingTests
{
    [Fact]
    public void Spec_Empty_HasTheDefaults_SPEC1_SPEC5_SPEC7_SPEC11()
    {
        var rollout = Rollout.Read(JsonElement.Parse("""{"spec":{}}"""));
        var spec = rollout.Spec;

        Assert.Equal((null, 1), (spec.Replicas, rollout.Replicas));
        Assert.Equal((0, 10, 600), (spec.MinReadySeconds, spec.RevisionHistoryLimit, spec.ProgressDeadlineSeconds));
        Assert.Equal((false, false, null, 0), (spec.Paused, spec.ProgressDeadlineAbort, spec.RestartAt, spec.RollbackWindowRevisions));
        Assert.Equal((5, 5), (spec.SuccessfulRunHistoryLimit, spec.UnsuccessfulRunHistoryLimit));
        Assert.Equal((null, null, null, null), (spec.Selector, spec.Template, spec.WorkloadRef, spec.Canary));
    }

    [Fact]
    public void Spec_Full_IsRead()
    {
        var spec = Spec("""
            "replicas":0,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"x":1}},"minReadySeconds":3,"revisionHistoryLimit":0,"paused":true,
            "progressDeadlineSeconds":20,"progressDeadlineAbort":true,"restartAt":"2026-08-01T10:00:00Z","rollbackWindow":{"revisions":3},
            "analysis":{"successfulRunHistoryLimit":0,"unsuccessfulRunHistoryLimit":7}
            """);

        Assert.Equal((0, "app=web", 3, 0, true), (spec.Replicas, spec.Selector?.ToString(), spec.MinReadySeconds, spec.RevisionHistoryLimit, spec.Paused));
        Assert.Equal((20, true, 3), (spec.ProgressDeadlineSeconds, spec.ProgressDeadlineAbort, spec.RollbackWindowRevisions));
        Assert.Equal(new DateTimeOffset(2026, 8, 1, 10, 0, 0, TimeSpan.Zero), spec.RestartAt);
        Assert.Equal((0, 7), (spec.SuccessfulRunHistoryLimit, spec.UnsuccessfulRunHistoryLimit));
        Assert.Equal("""{"metadata":{"x":1}}""", spec.Template?.GetRawText());
    }

    [Theory]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","name":"web","scaleDown":"onsuccess"}""", "apps", "Deployment", "web", WorkloadScaleDown.OnSuccess)]
    [InlineData("""{"apiVersion":"v1","kind":"PodTemplate","name":"web"}""", "", "PodTemplate", "web", "")]
    [InlineData("""{"scaleDown":"progressively"}""", "", "", "", WorkloadScaleDown.Progressively)]
    [InlineData("""{"apiVersion":5,"scaleDown":"never"}""", "", "", "", WorkloadScaleDown.Never)]
    public void WorkloadRef_IsRead(string json, string group, string kind, string name, string scaleDown)
    {
        var reference = Spec($"\"workloadRef\":{json}").WorkloadRef!;

        Assert.Equal((group, kind, name, scaleDown), (reference.Group, reference.Kind, reference.Name, reference.ScaleDown));
    }

    [Fact]
    public void BlueGreen_Empty_HasTheDefaults()
    {
        var blueGreen = Spec("\"strategy\":{\"blueGreen\":{}}").BlueGreen!;

        Assert.Equal(("", "", null), (blueGreen.ActiveService, blueGreen.PreviewService, blueGreen.PreviewReplicaCount));
        Assert.Equal((true, 0, new IntOrString("25")), (blueGreen.AutoPromotionEnabled, blueGreen.AutoPromotionSeconds, blueGreen.MaxUnavailable));
        Assert.Equal((null, null, null), (blueGreen.ScaleDownDelaySeconds, blueGreen.ScaleDownDelayRevisionLimit, blueGreen.AbortScaleDownDelaySeconds));
        Assert.Equal((null, null), (blueGreen.PrePromotionAnalysis, blueGreen.PostPromotionAnalysis));
        Assert.Equal((null, null, null), (blueGreen.AntiAffinity, blueGreen.PreviewMetadata, blueGreen.ActiveMetadata));
    }

    [Fact]
    public void BlueGreen_Full_IsRead()
    {
        var blueGreen = Spec("""
            "strategy":{"blueGreen":{"activeService":"a","previewService":"p","previewReplicaCount":0,"autoPromotionEnabled":false,"autoPromotionSeconds":9,
            "maxUnavailable":2,"scaleDownDelaySeconds":0,"scaleDownDelayRevisionLimit":1,"abortScaleDownDelaySeconds":0,
            "prePromotionAnalysis":{"templates":[{"templateName":"t"}]},"postPromotionAnalysis":{"templates":[{"templateName":"c","clusterScope":true}]},
            "antiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{}},
            "previewMetadata":{"labels":{"role":"preview"}},"activeMetadata":{"annotations":{"role":"active"}}}}
            """).BlueGreen!;

        Assert.Equal(("a", "p", 0), (blueGreen.ActiveService, blueGreen.PreviewService, blueGreen.PreviewReplicaCount));
        Assert.Equal((false, 9, new IntOrString(2)), (blueGreen.AutoPromotionEnabled, blueGreen.AutoPromotionSeconds, blueGreen.MaxUnavailable));
        Assert.Equal((0, 1, 0), (blueGreen.ScaleDownDelaySeconds, blueGreen.ScaleDownDelayRevisionLimit, blueGreen.AbortScaleDownDelaySeconds));
        Assert.Equal("t", Assert.Single(blueGreen.PrePromotionAnalysis!.Templates).TemplateName);
        Assert.True(Assert.Single(blueGreen.PostPromotionAnalysis!.Templates).ClusterScope);
        Assert.Equal(new AntiAffinity(null, IsRequired: true), blueGreen.AntiAffinity);
        Assert.Equal(("preview", false), (blueGreen.PreviewMetadata!.Labels["role"], blueGreen.PreviewMetadata.IsEmpty));
        Assert.Equal("active", blueGreen.ActiveMetadata!.Annotations["role"]);
    }

    [Fact]
    public void Canary_Empty_HasTheDefaults_SPEC51_SPEC52()
    {
        var canary = Canary("");

        Assert.Equal(("", "", new IntOrString("25"), new IntOrString("25")), (canary.CanaryService, canary.StableService, canary.MaxSurge, canary.MaxUnavailable));
        Assert.Equal((null, null, null), (canary.ScaleDownDelaySeconds, canary.ScaleDownDelayRevisionLimit, canary.AbortScaleDownDelaySeconds));
        Assert.Equal((false, null, null), (canary.DynamicStableScale, canary.MinPodsPerReplicaSet, canary.ReplicaProgressThreshold));
        Assert.Equal((null, null, null, null), (canary.PingPong, canary.AntiAffinity, canary.CanaryMetadata, canary.StableMetadata));
        Assert.Equal((null, null, null, 100), (canary.Analysis, canary.TrafficRouting, canary.RawSteps, canary.FullWeight));
    }

    [Fact]
    public void Canary_Full_IsRead()
    {
        var canary = Canary("""
            "canaryService":"c","stableService":"s","maxSurge":"20%","maxUnavailable":0,"scaleDownDelaySeconds":0,"scaleDownDelayRevisionLimit":2,
            "abortScaleDownDelaySeconds":0,"dynamicStableScale":true,"minPodsPerReplicaSet":2,"replicaProgressThreshold":{"type":"Percent","value":90},
            "pingPong":{"pingService":"i","pongService":"o"},"antiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":{"weight":7}},
            "canaryMetadata":{"labels":{"a":"1"}},"stableMetadata":{},"analysis":{"templates":[{"templateName":"t"}],"startingStep":2},
            "steps":[{"setWeight":5}]
            """);

        Assert.Equal(("c", "s", new IntOrString("20%"), new IntOrString(0)), (canary.CanaryService, canary.StableService, canary.MaxSurge, canary.MaxUnavailable));
        Assert.Equal((0, 2, 0), (canary.ScaleDownDelaySeconds, canary.ScaleDownDelayRevisionLimit, canary.AbortScaleDownDelaySeconds));
        Assert.Equal((true, 2, new ReplicaProgressThreshold(true, 90)), (canary.DynamicStableScale, canary.MinPodsPerReplicaSet, canary.ReplicaProgressThreshold));
        Assert.Equal((new PingPong("i", "o"), new AntiAffinity(7, IsRequired: false)), (canary.PingPong, canary.AntiAffinity));
        Assert.Equal(("1", true), (canary.CanaryMetadata!.Labels["a"], canary.StableMetadata!.IsEmpty));
        Assert.Equal((2, """[{"setWeight":5}]"""), (canary.Analysis!.StartingStep, canary.RawSteps?.GetRawText()));
    }

    [Theory]
    [InlineData("""{"type":"Pods","value":3}""", false, 3)]
    [InlineData("""{"type":"Pod","value":3}""", false, 3)]
    [InlineData("""{"value":3}""", false, 3)]
    [InlineData("""{"type":"Percent"}""", true, 0)]
    public void ReplicaProgressThreshold_AnyTypeButPercent_CountsPods_SPEC63(string json, bool isPercent, int value) =>
        Assert.Equal(new ReplicaProgressThreshold(isPercent, value), Canary($"\"replicaProgressThreshold\":{json}").ReplicaProgressThreshold);

    [Theory] // Whatever is wrong counts as not set and does no harm to its neighbours.
    [InlineData("\"replicas\":\"5\",\"paused\":true")]
    [InlineData("\"paused\":true,\"strategy\":{\"blueGreen\":[],\"canary\":\"x\"}")]
    [InlineData("\"paused\":true,\"workloadRef\":\"web\",\"selector\":[1]")]
    [InlineData("\"paused\":true,\"strategy\":{\"blueGreen\":{\"activeService\":1,\"autoPromotionEnabled\":\"no\",\"antiAffinity\":5,\"previewMetadata\":[]}}")]
    [InlineData("\"paused\":true,\"strategy\":{\"canary\":{\"pingPong\":3,\"trafficRouting\":[],\"steps\":[5,null,\"x\",[]],\"stableMetadata\":{\"labels\":[1]}}}")]
    [InlineData("\"paused\":true,\"strategy\":{\"canary\":{\"trafficRouting\":{\"istio\":{\"virtualService\":5,\"virtualServices\":{},\"destinationRule\":[]},\"nginx\":{\"stableIngresses\":[1,{}]},\"alb\":{\"servicePort\":\"http\",\"stickinessConfig\":{\"enabled\":1}},\"plugins\":{\"x\":null},\"managedRoutes\":[5,{\"name\":[]}],\"maxTrafficWeight\":\"all\"}}}")]
    [InlineData("\"paused\":true,\"strategy\":{\"canary\":{\"steps\":[{\"experiment\":{\"templates\":{}}},{\"setMirrorRoute\":{\"match\":[5,{\"headers\":[]}],\"percentage\":\"half\"}},{\"plugin\":{\"name\":7}},{\"setHeaderRoute\":{\"match\":{}}}]}}")]
    public void Spec_WithWrongTypes_KeepsTheRest_RT7(string fields) => Assert.True(Spec(fields).Paused);

    private static RolloutSpec Spec(string fields) => RolloutSpec.Read(JsonElement.Parse($"{{{fields}}}"));

    private static CanaryStrategy Canary(string fields) => Spec($"\"strategy\":{{\"canary\":{{{fields}}}}}").Canary!;
}
