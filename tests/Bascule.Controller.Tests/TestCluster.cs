using Bascule.Api.Rollouts;
using Bascule.Controller.Actions;
using Bascule.Controller.Plugins;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Traffic;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests;

/// <summary>
/// The sandbox's API without HTTP, one Rollout's controller in the test's own thread, and pods that are ready as soon as a
/// ReplicaSet wants them.
/// </summary>
internal sealed class TestCluster
{
    /// <summary>More passes than any change needs to come to rest.</summary>
    private const int MostPasses = 100;

    private static readonly ObjectKey Web = new("default", "web");

    private readonly StepPlugins _plugins;

    private TestCluster(IEnumerable<IStepPlugin> plugins)
    {
        Time = new FakeTimeProvider(TestObjects.Epoch);
        Client = new DirectClient(new ApiServer(new Store(), Time, new Random(1)), "test");
        Controller = new TestWrites(Client);
        Cache = LiveCache = new TestLiveCache(Client);
        _plugins = new StepPlugins(Time, plugins);
        Reconciler = WithRouters(TrafficRouters.None);
    }

    public FakeTimeProvider Time { get; }

    /// <summary>What users and other controllers write through.</summary>
    public IKubeClient Client { get; }

    /// <summary>What the controller wrote.</summary>
    public TestWrites Controller { get; }

    public TestEvents Events { get; } = new();

    public IObjectCache Cache { get; }

    public TestLiveCache LiveCache { get; }

    public RolloutReconciler Reconciler { get; set; }

    public Rollout Rollout => Api.Rollouts.Rollout.Read(Cache.Get(ArgoResources.Rollouts, Web)!.Root);

    public IReadOnlyList<KubeObject> ReplicaSets => Cache.List(ResourceTypes.ReplicaSets, Web.Namespace);

    /// <summary>Pods by image.</summary>
    public string Pods => string.Join(' ', ReplicaSets
        .Select(r => (Image: Image(r), Count: r.Root.GetProperty("spec").GetProperty("replicas").GetInt32()))
        .Where(r => r.Count > 0).OrderBy(r => r.Image, StringComparer.Ordinal).Select(r => $"{r.Image}={r.Count}"));

    /// <summary>A cluster that knows our kinds and has one Rollout of 5 pods, in the given steps.</summary>
    public static async Task<TestCluster> WithRolloutAsync(string steps, params IEnumerable<IStepPlugin> plugins)
    {
        var cluster = new TestCluster(plugins);
        await CustomResources.InstallAsync(cluster.Client, cluster.Time, CancellationToken.None);
        await cluster.Client.CreateAsync(ArgoResources.Rollouts, Web.Namespace, TestObjects.Json($$"""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": { "name": "web" },
              "spec": {
                "replicas": 5,
                "selector": { "matchLabels": { "app": "web" } },
                "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "web", "image": "web:1" } ] } },
                "strategy": { "canary": { "steps": {{steps}} } }
              }
            }
            """), CancellationToken.None);
        return cluster;
    }

    /// <summary>The controller with routers.</summary>
    public RolloutReconciler WithRouters(TrafficRouters routers) =>
        new(Controller, Cache, routers, _plugins, Events, Time, NullLogger<RolloutReconciler>.Instance);

    public Task SendAsync(IEnumerable<RolloutPatch> patches) => new RolloutActor(Client).SendAsync(Web, patches, CancellationToken.None);

    public Task SetImageAsync(string image) => SendAsync(RolloutActions.SetImage(Rollout, new Dictionary<string, string> { ["web"] = image }));

    /// <summary>Lets controller and pods work until nobody writes any more.</summary>
    /// <returns>When the controller wants to look again.</returns>
    public async Task<TimeSpan?> SettleAsync()
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = Controller.Writes.Count;
            var again = await Reconciler.ReconcileAsync(Web, CancellationToken.None);
            if (!await RunPodsAsync() && Controller.Writes.Count == before)
                return again;
        }

        throw new InvalidOperationException($"no rest after {MostPasses} passes; last writes: {string.Join("; ", Controller.Writes.TakeLast(5))}");
    }

    private async Task<bool> RunPodsAsync()
    {
        var moved = false;
        foreach (var replicaSet in ReplicaSets)
        {
            var wanted = replicaSet.Root.GetProperty("spec").GetProperty("replicas").GetInt32();
            var status = TestObjects.Json($$$"""{"status":{"observedGeneration":{{{replicaSet.Generation}}},"replicas":{{{wanted}}},"readyReplicas":{{{wanted}}},"availableReplicas":{{{wanted}}}}}""");
            var written = await Client.PatchAsync(ResourceTypes.ReplicaSets, replicaSet.Key, Patch.Merge(status), "status", CancellationToken.None);
            moved |= written.ResourceVersion != replicaSet.ResourceVersion;
        }

        return moved;
    }

    private static string Image(KubeObject replicaSet) =>
        replicaSet.Root.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()!;
}
