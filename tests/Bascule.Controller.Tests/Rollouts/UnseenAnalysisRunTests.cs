using Bascule.Kube;

namespace Bascule.Controller.Tests.Rollouts;

/// <summary>AnalysisRuns that a Rollout's status names and that the cache does not show.</summary>
public sealed class UnseenAnalysisRunTests
{
    private const string Background = """{"analysis":{"templates":[{"templateName":"t"}]}}""";

    [Fact]
    public async Task Run_NamedInTheStatus_IsReadPastTheCacheOnce_AR9()
    {
        var (cluster, run) = await AtAPauseAsync();
        cluster.LiveCache.Unseen.Add(run);
        cluster.Controller.Reads.Clear();
        var writes = cluster.Controller.Writes.Count;

        await cluster.SettleAsync();

        Assert.Equal([$"get {ArgoResources.AnalysisRuns} default/{run}"], cluster.Controller.Reads);
        Assert.Equal((writes, run), (cluster.Controller.Writes.Count, cluster.Rollout.Status.BackgroundAnalysisRun?.Name));
    }

    [Fact]
    public async Task Run_ThatFailsUnseen_AbortsAllTheSame_AR9()
    {
        var (cluster, run) = await AtAPauseAsync();
        cluster.LiveCache.Unseen.Add(run);
        await cluster.Client.PatchAsync(
            ArgoResources.AnalysisRuns, new("default", run), Patch.Merge(TestObjects.Json("""{"status":{"phase":"Failed","message":"too slow"}}""")), "status", CancellationToken.None);

        await cluster.SettleAsync();

        Assert.Equal((true, "web:1=5"), (cluster.Rollout.Status.Abort, cluster.Pods));
        Assert.Contains("too slow", cluster.Rollout.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatIsGone_GetsASuccessor_AR9()
    {
        var (cluster, run) = await AtAPauseAsync();
        await cluster.Client.DeleteAsync(ArgoResources.AnalysisRuns, new("default", run), new DeleteOptions(), CancellationToken.None);

        await cluster.SettleAsync();

        var successor = Assert.Single(cluster.Cache.List(ArgoResources.AnalysisRuns, "default"));
        Assert.Equal(successor.Name, cluster.Rollout.Status.BackgroundAnalysisRun?.Name);
    }

    [Fact]
    public async Task AtRest_NothingIsReadPastTheCache()
    {
        var (cluster, _) = await AtAPauseAsync();
        cluster.Controller.Reads.Clear();

        await cluster.SettleAsync();

        Assert.Empty(cluster.Controller.Reads);
    }

    /// <summary>A canary in the pause of its first step, with a background run.</summary>
    private static async Task<(TestCluster Cluster, string Run)> AtAPauseAsync()
    {
        var cluster = await TestCluster.WithRolloutAsync("""[ { "setWeight": 20 }, { "pause": {} } ]""");
        await cluster.Client.CreateAsync(ArgoResources.AnalysisTemplates, "default", TestObjects.Json("""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"t"},
             "spec":{"metrics":[{"name":"m","interval":"1m","provider":{"prometheus":{"address":"http://p","query":"up"}}}]}}
            """), CancellationToken.None);
        await cluster.Client.PatchAsync(
            ArgoResources.Rollouts, new("default", "web"), Patch.Merge(TestObjects.Json($$"""{"spec":{"strategy":{"canary":{{Background}} } } }""")), null, CancellationToken.None);
        await cluster.SettleAsync();
        await cluster.SetImageAsync("web:2");
        await cluster.SettleAsync();
        return (cluster, cluster.Rollout.Status.BackgroundAnalysisRun!.Name);
    }
}
