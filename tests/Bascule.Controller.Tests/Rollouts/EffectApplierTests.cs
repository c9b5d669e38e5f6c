using System.Net;
using System.Text.Json;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic;

namespace Bascule.Controller.Tests.Rollouts;

public sealed class EffectApplierTests
{
    [Fact]
    public async Task Apply_InOrder_StopsAtTheFirstConflict()
    {
        var cluster = await SettledAsync();
        var replicaSet = Assert.Single(cluster.ReplicaSets);

        var done = await Applier(cluster).ApplyAsync(
            [
                new PatchReplicaSet(replicaSet.Name, Element("""{"metadata":{"annotations":{"a":"1"}}}""")),
                new ScaleReplicaSet(replicaSet.Name, 5, 6, Element($$$"""{"metadata":{"resourceVersion":"{{{replicaSet.ResourceVersion}}}"},"spec":{"replicas":6}}""")),
                new PatchReplicaSet(replicaSet.Name, Element("""{"metadata":{"annotations":{"b":"1"}}}""")),
            ],
            CancellationToken.None);

        Assert.False(done);
        var now = Assert.Single(cluster.ReplicaSets);
        Assert.Equal(("1", false, 5), (now.Annotations["a"], now.Annotations.ContainsKey("b"), now.Root.GetProperty("spec").GetProperty("replicas").GetInt32()));
    }

    [Fact]
    public async Task Apply_CreateOfWhatExists_MeansLookAgain()
    {
        var cluster = await SettledAsync();
        var replicaSet = Assert.Single(cluster.ReplicaSets).ToNode();
        replicaSet["metadata"]!.AsObject().Remove("resourceVersion");

        Assert.False(await Applier(cluster).ApplyAsync([new CreateReplicaSet("x", Element(replicaSet.ToJsonString()))], CancellationToken.None));
    }

    [Fact]
    public async Task Apply_DeleteOfWhatIsGone_MeansLookAgain()
    {
        var cluster = await SettledAsync();

        Assert.False(await Applier(cluster).ApplyAsync([new DeleteReplicaSet("gone", "uid", "1")], CancellationToken.None));
    }

    [Fact]
    public async Task Apply_DeleteWithOtherUid_MeansLookAgainAndKeepsIt()
    {
        var cluster = await SettledAsync();
        var replicaSet = Assert.Single(cluster.ReplicaSets);

        Assert.False(await Applier(cluster).ApplyAsync([new DeleteReplicaSet(replicaSet.Name, "other", replicaSet.ResourceVersion)], CancellationToken.None));
        Assert.Single(cluster.ReplicaSets);
    }

    [Fact]
    public async Task Apply_AdoptForARolloutOfAnotherUid_DoesNothing_NAME17()
    {
        var cluster = await SettledAsync();
        var replicaSet = Assert.Single(cluster.ReplicaSets);
        var before = cluster.Controller.Writes.Count;

        Assert.False(await Applier(cluster).ApplyAsync([new AdoptReplicaSet(replicaSet.Name, "former-uid", Element("{}"))], CancellationToken.None));
        Assert.Equal(before, cluster.Controller.Writes.Count);
    }

    [Fact]
    public async Task Apply_CreateRefused_CarriesTheServersMessage_NAME3()
    {
        var cluster = await SettledAsync();
        cluster.Controller.Before = write =>
        {
            if (write.StartsWith("create replicasets", StringComparison.Ordinal))
                throw new KubeException(HttpStatusCode.Forbidden, "Forbidden", "exceeded quota");
        };

        var refused = await Assert.ThrowsAsync<ReplicaSetRefusedException>(() =>
            Applier(cluster).ApplyAsync([new CreateReplicaSet("web-x", Element("""{"metadata":{"name":"web-x"}}"""))], CancellationToken.None));

        Assert.Equal("exceeded quota", refused.ServerMessage);
    }

    [Fact]
    public async Task Reconcile_CreateRefused_RecordsItAndFails_COND17()
    {
        var cluster = await SettledAsync();
        await cluster.SetImageAsync("web:2");
        cluster.Controller.Before = write =>
        {
            if (write.StartsWith("create replicasets", StringComparison.Ordinal))
                throw new KubeException(HttpStatusCode.Forbidden, "Forbidden", "exceeded quota");
        };

        await Assert.ThrowsAsync<ReplicaSetRefusedException>(cluster.SettleAsync);

        Assert.Contains(cluster.Rollout.Status.Conditions, c => c is { Type: "Progressing", Status: "False", Reason: "ReplicaSetCreateError" } && c.Message.EndsWith("exceeded quota", StringComparison.Ordinal));
        Assert.Contains("ReplicaSetCreateError", cluster.Events.Reasons);
    }

    [Fact]
    public async Task Apply_ScalingOfADeploymentIsRefused_IsToldAndEndsNothing_SPEC18()
    {
        var cluster = await SettledAsync();
        cluster.Controller.Before = write =>
        {
            if (write.StartsWith("patch deployments", StringComparison.Ordinal))
                throw new KubeException(HttpStatusCode.Forbidden, "Forbidden", "not allowed");
        };

        Assert.True(await Applier(cluster).ApplyAsync([new ScaleWorkload("old", 2, 0, Element("{}"))], CancellationToken.None));
        Assert.Contains("ScaleWorkloadError", cluster.Events.Reasons);
    }

    [Fact]
    public async Task Reconcile_NameTakenByWhatTheCacheNeverShows_ChoosesAnother_NAME4_RT2()
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        var name = RolloutDecider.NewReplicaSetName(cluster.Rollout);
        await cluster.Client.CreateAsync(ResourceTypes.ReplicaSets, "default", TestObjects.Json($$"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"{{name}}"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"} },
             "template":{"metadata":{"labels":{"a":"b"} },"spec":{"containers":[{"name":"c","image":"i"}]} } } }
            """), CancellationToken.None);
        cluster.LiveCache.Unseen.Add(name);

        await cluster.SettleAsync();

        Assert.Equal(("Healthy", 1, "web:1=5"), (cluster.Rollout.Status.Phase, cluster.Rollout.Status.CollisionCount, cluster.Pods));
    }

    [Fact]
    public async Task Reconcile_ProblemOfARouter_IsToldByItsOwnReason_EV32_EV33_EV35_EV36()
    {
        var (cluster, router) = await RoutedAsync();
        (router.Blindness, router.Reason) = ("no such object", "VirtualServiceNotFound");
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();
        Assert.Contains(cluster.Events.Events, e => e is { Severity: EventSeverity.Warning, Reason: "VirtualServiceNotFound" });

        (router.Blindness, router.Refusal, router.Reason) = (null, "not allowed", "ApisixRouteUpdateError");
        await Assert.ThrowsAsync<TrafficRoutingException>(cluster.SettleAsync);
        Assert.Contains(cluster.Events.Events, e => e is { Severity: EventSeverity.Warning, Reason: "ApisixRouteUpdateError", Message: "not allowed" });
    }

    [Fact]
    public async Task Reconcile_RouterThatRefuses_IsAWarningAndFailsThePass_TR22()
    {
        // TR-TRF-04, EV-36
        var (cluster, router) = await RoutedAsync();
        await cluster.SetImageAsync("web:2");
        router.Refusal = "ingress \"web\" is locked";

        await Assert.ThrowsAsync<TrafficRoutingException>(cluster.SettleAsync);

        var told = Assert.Single(cluster.Events.Events, e => e.Reason == "TrafficRoutingError");
        Assert.Equal((EventSeverity.Warning, "ingress \"web\" is locked"), (told.Severity, told.Message));
        Assert.Equal(0, cluster.Rollout.Status.Weights!.Canary.Weight);

        router.Refusal = null;
        await cluster.SettleAsync();

        Assert.Equal((20, "Paused"), (cluster.Rollout.Status.Weights!.Canary.Weight, cluster.Rollout.Status.Phase));
    }

    [Fact]
    public async Task Reconcile_RouterThatCannotBeAsked_IsAWarningAndWaits_TR22()
    {
        // TR-C-09, TR-IST-20, TR-AMB-04, TR-AMB-09, TR-MSH-06, TR-APX-03, EV-32, EV-33, EV-35
        var (cluster, router) = await RoutedAsync();
        await cluster.SetImageAsync("web:2");
        router.Blindness = "no ingress \"web\"";

        Assert.Equal(TimeSpan.FromSeconds(10), await cluster.SettleAsync());

        Assert.Contains(cluster.Events.Events, e => e is { Reason: "TrafficRoutingError", Severity: EventSeverity.Warning, Message: "nginx: no ingress \"web\"" });
        Assert.Equal("Progressing", cluster.Rollout.Status.Phase);
    }

    private static EffectApplier Applier(TestCluster cluster) =>
        new(cluster.Controller, TrafficRouters.None, cluster.Events, cluster.Time, cluster.Cache.Get(ArgoResources.Rollouts, new("default", "web"))!);

    private static async Task<TestCluster> SettledAsync()
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        await cluster.SettleAsync();
        return cluster;
    }

    /// <summary>A healthy routed canary.</summary>
    private static async Task<(TestCluster Cluster, TestRouter Router)> RoutedAsync()
    {
        var cluster = await TestCluster.WithRolloutAsync("""[ { "setWeight": 20 }, { "pause": {} } ]""");
        foreach (var service in (string[])["canary", "stable"])
        {
            await cluster.Client.CreateAsync(ResourceTypes.Services, "default", TestObjects.Json($$"""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"{{service}}"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]} }
                """), CancellationToken.None);
        }

        await cluster.Client.PatchAsync(ArgoResources.Rollouts, new("default", "web"), Patch.Merge(TestObjects.Json("""
            {"spec":{"strategy":{"canary":{"canaryService":"canary","stableService":"stable","trafficRouting":{"nginx":{"stableIngress":"web"}}}}}}
            """)), null, CancellationToken.None);
        var router = new TestRouter();
        cluster.Reconciler = cluster.WithRouters(new TrafficRouters(router));
        await cluster.SettleAsync();
        return (cluster, router);
    }

    private static JsonElement Element(string json) => JsonElement.Parse(json);
}
