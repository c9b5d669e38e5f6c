using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Controller.Actions;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;
using Bascule.Traffic;

namespace Bascule.Controller.Tests.Rollouts;

/// <summary>What the controller does to pods, through the real API.</summary>
public sealed class PodTests
{
    private static readonly ResourceType Budgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget");

    [Fact]
    public async Task Restart_EvictsAsManyAsMayBeMissing_AndLooksAgain_RST3_RST6()
    {
        var cluster = await WithPodsAsync(5);

        var again = await RestartAsync(cluster);

        Assert.Equal(["evict default/p-0"], Evictions(cluster));
        Assert.Equal(TimeSpan.FromSeconds(30), again);
        Assert.Null(cluster.Rollout.Status.RestartedAt);

        // Its successor serves, and so on to the last.
        for (var i = 0; i < 5; i++)
        {
            await MakePodAsync(cluster, $"q-{i}");
            again = await cluster.SettleAsync();
        }

        Assert.Equal(5, Evictions(cluster).Count());
        Assert.Equal(cluster.Rollout.Spec.RestartAt, cluster.Rollout.Status.RestartedAt);
        Assert.Null(again);
    }

    [Fact]
    public async Task Restart_AgainstADisruptionBudget_WaitsForIt_RST4_E2E83()
    {
        var cluster = await WithPodsAsync(5);
        await cluster.Client.CreateAsync(Budgets, "default", TestObjects.Json("""{"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"web"}}}}"""), CancellationToken.None);

        await cluster.SendAsync(RolloutActions.Restart(cluster.Time.GetUtcNow()));
        var pods = await PodsAsync(cluster);
        for (var pass = 0; pass < 5; pass++)
            Assert.Equal(TimeSpan.FromSeconds(30), await cluster.Reconciler.ReconcileAsync(new("default", "web"), CancellationToken.None));
        Assert.Equal(pods.Count, (await PodsAsync(cluster)).Count);

        await cluster.Client.DeleteAsync(Budgets, new("default", "b"), DeleteOptions.Default, CancellationToken.None);
        await cluster.SettleAsync();
        Assert.Equal(pods.Count - 1, (await PodsAsync(cluster)).Count);
    }

    [Fact]
    public async Task Metadata_IsPutOnPodsInPlace_AndThenNothingIsWritten_EPH2()
    {
        var cluster = await WithPodsAsync(5);
        await PatchAsync(cluster, """{"spec":{"strategy":{"canary":{"stableMetadata":{"labels":{"role":"stable"}}}}}}""");
        await cluster.SettleAsync();

        Assert.All(await PodsAsync(cluster), p => Assert.Equal("stable", p.Labels["role"]));
        var writes = cluster.Controller.Writes.Count;
        await cluster.SettleAsync();
        Assert.Equal(writes, cluster.Controller.Writes.Count);

        await PatchAsync(cluster, """{"spec":{"strategy":{"canary":{"stableMetadata":null}}}}""");
        await cluster.SettleAsync();
        Assert.All(await PodsAsync(cluster), p => Assert.False(p.Labels.ContainsKey("role")));
        Assert.False(cluster.ReplicaSets.Single().Annotations.ContainsKey(Annotations.EphemeralMetadata));
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task PodPatch_ThatFails_IsTriedAgain_WithBackOff_EPH2(int failures, bool succeeds)
    {
        var cluster = await WithPodsAsync(1);
        var left = failures;
        cluster.Controller.Before = write =>
        {
            if (write.StartsWith("patch pods", StringComparison.Ordinal) && left-- > 0)
                throw new KubeException(HttpStatusCode.InternalServerError, "InternalError", "no");
        };

        var applying = Applier(cluster).ApplyAsync([Patch((await PodsAsync(cluster)).Single())], CancellationToken.None);
        foreach (var wait in (int[])[100, 200, 400])
        {
            Assert.False(applying.IsCompleted);
            cluster.Time.Advance(TimeSpan.FromMilliseconds(wait - 1));
            Assert.False(applying.IsCompleted);
            cluster.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        if (succeeds)
            Assert.True(await applying);
        else
            await Assert.ThrowsAsync<KubeException>(() => applying);
        Assert.Equal(succeeds, (await PodsAsync(cluster)).Single().Labels.ContainsKey("a"));
    }

    [Fact]
    public async Task PodPatch_OfAPodThatIsGoneOrReplaced_NeedsNothing_EPH2()
    {
        var cluster = await WithPodsAsync(1);
        var pod = (await PodsAsync(cluster)).Single();
        await cluster.Client.DeleteAsync(ResourceTypes.Pods, pod.Key, DeleteOptions.Default, CancellationToken.None);
        Assert.True(await Applier(cluster).ApplyAsync([Patch(pod)], CancellationToken.None));

        await MakePodAsync(cluster, pod.Name);
        Assert.True(await Applier(cluster).ApplyAsync([Patch(pod)], CancellationToken.None));
        Assert.False((await PodsAsync(cluster)).Single().Labels.ContainsKey("a"));
    }

    private static PatchPods Patch(KubeObject pod) =>
        new([new PodPatch(pod.Name, JsonElement.Parse($$$"""{"metadata":{"uid":"{{{pod.Uid}}}","labels":{"a":"b"} } }"""))]);

    private static EffectApplier Applier(TestCluster cluster) =>
        new(cluster.Controller, TrafficRouters.None, cluster.Events, cluster.Time, cluster.Cache.Get(ArgoResources.Rollouts, new("default", "web"))!);

    private static IEnumerable<string> Evictions(TestCluster cluster) => cluster.Controller.Writes.Where(w => w.StartsWith("evict", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<KubeObject>> PodsAsync(TestCluster cluster) =>
        (await cluster.Client.ListAsync(ResourceTypes.Pods, "default", ListOptions.All, CancellationToken.None)).Items;

    private static Task<KubeObject> PatchAsync(TestCluster cluster, string patch) =>
        cluster.Client.PatchAsync(ArgoResources.Rollouts, new("default", "web"), Kube.Patch.Merge(TestObjects.Json(patch)), null, CancellationToken.None);

    private static async Task<TimeSpan?> RestartAsync(TestCluster cluster)
    {
        await cluster.SendAsync(RolloutActions.Restart(cluster.Time.GetUtcNow()));
        return await cluster.SettleAsync();
    }

    /// <summary>A Rollout at rest with pods that are ready since a minute.</summary>
    private static async Task<TestCluster> WithPodsAsync(int count)
    {
        var cluster = await TestCluster.WithRolloutAsync("[]");
        await cluster.SettleAsync();
        for (var i = 0; i < count; i++)
            await MakePodAsync(cluster, $"p-{i}");
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        return cluster;
    }

    private static async Task MakePodAsync(TestCluster cluster, string name)
    {
        var replicaSet = cluster.ReplicaSets.Single();
        var metadata = (JsonObject)replicaSet.ToNode()["spec"]!["template"]!["metadata"]!.DeepClone();
        metadata["name"] = name;
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["name"] = replicaSet.Name,
            ["uid"] = replicaSet.Uid,
            ["controller"] = true,
        });
        var pod = new JsonObject { ["metadata"] = metadata, ["spec"] = TestObjects.Json("""{"containers":[{"name":"web","image":"web:1"}]}""") };
        await cluster.Client.CreateAsync(ResourceTypes.Pods, "default", pod, CancellationToken.None);
        var ready = TestObjects.Json($$$"""{"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"{{{cluster.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}}}"}]}}""");
        await cluster.Client.PatchAsync(ResourceTypes.Pods, new("default", name), Kube.Patch.Merge(ready), "status", CancellationToken.None);
    }
}
