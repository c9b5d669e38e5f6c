using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Controller.Analysis;
using Bascule.Controller.Experiments;
using Bascule.Controller.Tests.Analysis;
using Bascule.Kube;
using Bascule.Metrics;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests.Experiments;

/// <summary>
/// The sandbox's API without HTTP, one Experiment's controller and that of its runs in the test's own thread, and pods
/// that are ready as soon as a ReplicaSet wants them.
/// </summary>
internal sealed class TestExperiments : IObjectCache
{
    /// <summary>More passes than any change needs to come to rest.</summary>
    private const int MostPasses = 100;

    private static readonly ObjectKey Key = new("default", "ex");

    private readonly TestLiveCache _live;
    private readonly AnalysisRunReconciler _runs;

    private TestExperiments()
    {
        Time = new FakeTimeProvider(TestObjects.Epoch);
        Client = new DirectClient(new ApiServer(new Store(), Time, new Random(1)), "test");
        Controller = new TestWrites(Client);
        _live = new TestLiveCache(Client);
        Reconciler = new ExperimentReconciler(Controller, this, Events, Time, NullLogger<ExperimentReconciler>.Instance);
        _runs = new AnalysisRunReconciler(Client, _live, new MetricProviders(Metrics), new TestEvents(), Time, NullLogger<AnalysisRunReconciler>.Instance);
    }

    public FakeTimeProvider Time { get; }

    /// <summary>What users and other controllers write through.</summary>
    public IKubeClient Client { get; }

    /// <summary>What the controller wrote.</summary>
    public TestWrites Controller { get; }

    public TestEvents Events { get; } = new();

    public TestMetrics Metrics { get; } = new();

    public ExperimentReconciler Reconciler { get; }

    /// <summary>Names that the cache does not show.</summary>
    public HashSet<string> Unseen { get; } = [];

    public Experiment Experiment => Experiment.Read(_live.Get(ArgoResources.Experiments, Key)!.Root);

    public string Phase => Experiment.Status.Phase.Text();

    /// <summary>A cluster that knows our kinds.</summary>
    public static async Task<TestExperiments> StartAsync()
    {
        var cluster = new TestExperiments();
        await CustomResources.InstallAsync(cluster.Client, cluster.Time, CancellationToken.None);
        return cluster;
    }

    /// <summary>A cluster with an Experiment of one version named <c>test</c>.</summary>
    /// <param name="spec">Further fields of the spec, each followed by a comma.</param>
    /// <param name="template">Further fields of the version, each followed by a comma.</param>
    /// <param name="container">Further fields of the container, each after a comma.</param>
    public static async Task<TestExperiments> WithAsync(string spec = "", string template = "", string container = "")
    {
        var cluster = await StartAsync();
        await cluster.CreateAsync(ArgoResources.Experiments, $$"""
            {
              "apiVersion": "argoproj.io/v1alpha1", "kind": "Experiment", "metadata": { "name": "ex" },
              "spec": {
                {{spec}}
                "templates": [ {
                  "name": "test", {{template}} "selector": { "matchLabels": { "app": "test" } },
                  "template": { "metadata": { "labels": { "app": "test" } }, "spec": { "containers": [ { "name": "c", "image": "test:1" {{container}} } ] } }
                } ]
              }
            }
            """);
        return cluster;
    }

    public Task<KubeObject> CreateAsync(ResourceType type, string body) =>
        Client.CreateAsync(type, type.Namespaced ? Key.Namespace : null, TestObjects.Json(body), CancellationToken.None);

    public Task AddTemplateAsync(string name, string metrics) => CreateAsync(ArgoResources.AnalysisTemplates, $$"""
        {"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"{{name}}"},"spec":{"metrics":{{metrics}} } }
        """);

    public Task PatchAsync(string patch) => Client.PatchAsync(ArgoResources.Experiments, Key, Patch.Merge(TestObjects.Json(patch)), null, CancellationToken.None);

    public IReadOnlyList<KubeObject> Live(ResourceType type) => _live.List(type, Key.Namespace);

    public Task<TimeSpan?> PassAsync() => Reconciler.ReconcileAsync(Key, CancellationToken.None);

    /// <summary>Lets controllers and pods work until nobody writes any more.</summary>
    /// <returns>When the Experiment's controller wants to look again.</returns>
    public async Task<TimeSpan?> SettleAsync()
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = Controller.Writes.Count;
            var again = await PassAsync();
            if (!await RunRunsAsync() && !await RunPodsAsync() && Controller.Writes.Count == before)
                return again;
        }

        throw new InvalidOperationException($"no rest after {MostPasses} passes; last writes: {string.Join("; ", Controller.Writes.TakeLast(5))}");
    }

    /// <summary>Lets time pass, a second at a time, so that the runs keep their intervals.</summary>
    public async Task AfterAsync(TimeSpan time)
    {
        for (var second = 0; second < time.TotalSeconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await SettleAsync();
        }
    }

    public bool Holds(ResourceType type) => ExperimentObserver.Types.Contains(type);

    public KubeObject? Get(ResourceType type, ObjectKey key) => Unseen.Contains(key.Name) ? null : _live.Get(type, key);

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => [.. _live.List(type, @namespace).Where(o => !Unseen.Contains(o.Name))];

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => [.. _live.OwnedBy(type, controllerUid).Where(o => !Unseen.Contains(o.Name))];

    private async Task<bool> RunRunsAsync()
    {
        var moved = false;
        foreach (var run in Live(ArgoResources.AnalysisRuns))
        {
            await _runs.ReconcileAsync(run.Key, CancellationToken.None);
            moved |= _live.Get(ArgoResources.AnalysisRuns, run.Key)?.ResourceVersion != run.ResourceVersion;
        }

        return moved;
    }

    private async Task<bool> RunPodsAsync()
    {
        var moved = false;
        foreach (var replicaSet in Live(ResourceTypes.ReplicaSets))
        {
            var wanted = replicaSet.Root.GetProperty("spec").GetProperty("replicas").GetInt32();
            var status = TestObjects.Json($$$"""{"status":{"observedGeneration":{{{replicaSet.Generation}}},"replicas":{{{wanted}}},"readyReplicas":{{{wanted}}},"availableReplicas":{{{wanted}}}}}""");
            var written = await Client.PatchAsync(ResourceTypes.ReplicaSets, replicaSet.Key, Patch.Merge(status), "status", CancellationToken.None);
            moved |= written.ResourceVersion != replicaSet.ResourceVersion;
        }

        return moved;
    }
}
