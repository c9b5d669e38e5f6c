using System.Net;
using System.Text.Json;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;
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

    private static EffectApplier Applier(TestCluster cluster) =>
        new(cluster.Controller, TrafficRouters.None, cluster.Events, cluster.Time, cluster.Cache.Get(ArgoResources.Rollouts, new("default", "web"))!);

    private static async Task<TestCluster> SettledAsync()
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        await cluster.SettleAsync();
        return cluster;
    }

    private static JsonElement Element(string json) => JsonElement.Parse(json);
}
