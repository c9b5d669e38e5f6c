using System.IO.Pipelines;
using System.Net;
using System.Text;
using Bascule.Controller.Caches;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Telemetry;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Queue;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Controller.Tests.Telemetry;

public sealed class ControllerMetricsTests
{
    private static readonly KubeObject Web = TestObjects.Rollout();

    private readonly FakeTimeProvider _time = new(TestObjects.Epoch);
    private readonly TestEvents _events = new();
    private readonly RequestSeries _requests = new(ControllerMetrics.Named);
    private readonly ControllerMetrics _metrics;

    public ControllerMetricsTests() => _metrics = new ControllerMetrics(new SnapshotCache((ArgoResources.Rollouts, Web)), _requests, _events, _time);

    [Fact]
    public async Task Passes_AreTimedAndTheirErrorsCounted_PM7_PM8()
    {
        _metrics.Rollouts.Reconciled(Web.Key, ReconcileOutcome.Done, TimeSpan.FromSeconds(0.2));
        _metrics.Rollouts.Reconciled(Web.Key, ReconcileOutcome.Failed, TimeSpan.FromSeconds(2));
        _metrics.Rollouts.Reconciled(new("shop", "gone"), ReconcileOutcome.Failed, TimeSpan.Zero);

        var lines = await LinesAsync();

        Assert.Contains("""rollout_reconcile_bucket{namespace="shop",name="web",le="0.15"} 0""", lines);
        Assert.Contains("""rollout_reconcile_bucket{namespace="shop",name="web",le="0.25"} 1""", lines);
        Assert.Contains("""rollout_reconcile_count{namespace="shop",name="web"} 2""", lines);
        Assert.Contains("""rollout_reconcile_error{namespace="shop",name="web"} 1""", lines);
        Assert.DoesNotContain(lines, l => l.Contains("gone", StringComparison.Ordinal));
    }

    [Fact]
    public void Note_OfAWriteOfTheStatus_DoesNotReadTheSpecAgain()
    {
        var before = TestObjects.Rollout();
        var spec = before.AsRollout().Spec;
        var after = KubeObject.From(before.Root);
        after.Follow(before);

        _metrics.Note(new ObjectChange(ArgoResources.Rollouts, before, after), acts: true);

        Assert.Same(spec, after.AsRollout().Spec);
    }

    [Fact]
    public async Task Events_AboutRollouts_AreCountedAndPassedOn_PM9()
    {
        Tell(ArgoResources.Rollouts, "RolloutPaused");
        Tell(ArgoResources.Rollouts, "RolloutPaused");
        Tell(ArgoResources.AnalysisRuns, "MetricFailed");

        Assert.Equal(["rollout_events_total{namespace=\"shop\",name=\"web\",type=\"Normal\",reason=\"RolloutPaused\"} 2"], (await LinesAsync()).Where(l => l.StartsWith("rollout_events_total", StringComparison.Ordinal)));
        Assert.Equal(3, _events.Events.Count);
    }

    [Fact]
    public async Task Requests_AreCountedByWhatCameOfThem_PM26()
    {
        var client = new CountingClient(new TestApi(), _requests);
        var patch = Patch.Merge([]);
        await client.PatchAsync(ArgoResources.Rollouts, Web.Key, patch, "status", CancellationToken.None);
        await client.PatchAsync(ArgoResources.Rollouts, Web.Key, patch, null, CancellationToken.None);
        await client.PatchAsync(ResourceTypes.ReplicaSets, new("shop", "web-1"), patch, null, CancellationToken.None);
        await Assert.ThrowsAsync<KubeException>(() => client.GetAsync(ArgoResources.AnalysisRuns, new("shop", "r"), CancellationToken.None));

        Assert.Equal(
            [
                """controller_clientset_k8s_request_total{kind="analysisruns",namespace="shop",name="r",verb="Get",status_code="404"} 1""",
                """controller_clientset_k8s_request_total{kind="replicasets",namespace="shop",name="N/A",verb="Patch",status_code="200"} 1""",
                """controller_clientset_k8s_request_total{kind="rollouts",namespace="shop",name="web",verb="Patch",status_code="200"} 2""",
            ],
            (await LinesAsync()).Where(l => l.StartsWith("controller_clientset", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Object_ThatIsDeleted_IsForgottenAfter65Seconds_GC14()
    {
        Grow();
        _metrics.Note(new ObjectChange(ArgoResources.Rollouts, Web, null), acts: true);
        _time.Advance(TimeSpan.FromSeconds(64));
        Assert.Equal(3, await SeriesAsync());

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await SeriesAsync());
    }

    [Fact]
    public async Task Object_ThatIsMadeAgain_KeepsItsCounts_GC14()
    {
        Grow();
        _metrics.Note(new ObjectChange(ArgoResources.Rollouts, Web, null), acts: true);
        _metrics.Note(new ObjectChange(ArgoResources.Rollouts, null, Web), acts: true);
        _time.Advance(TimeSpan.FromSeconds(65));

        Assert.Equal(3, await SeriesAsync());
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Update_ThatEnds_IsCountedByTheOneThatActs_PM10(bool acts, int counted)
    {
        var before = TestObjects.Rollout(status: """{"duration":{"rolloutStartedAt":"2026-01-02T03:00:00Z"}}""");
        var after = TestObjects.Rollout(status: """{"duration":{"rolloutStartedAt":"2026-01-02T03:00:00Z","finishedAt":"2026-01-02T03:01:00Z","completionStatus":"Aborted"}}""");

        _metrics.Note(new ObjectChange(ArgoResources.Rollouts, before, after), acts);

        Assert.Equal(counted, (await LinesAsync()).Count(l => l == "rollout_duration_seconds_sum{status=\"Aborted\"} 60"));
    }

    [Fact]
    public async Task Process_TellsItsVersion_PM27_PM28_PM30()
    {
        var names = (await LinesAsync()).Select(l => l.Split('{', ' ')[0]).ToHashSet();

        Assert.Superset(new HashSet<string> { "argo_rollouts_controller_info", "build_info", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds" }, names);
    }

    private void Grow()
    {
        _metrics.Rollouts.Reconciled(Web.Key, ReconcileOutcome.Failed, TimeSpan.Zero);
        Tell(ArgoResources.Rollouts, "RolloutPaused");
        _requests.Count("Patch", ArgoResources.Rollouts, Web.Key, HttpStatusCode.OK);
    }

    private void Tell(ResourceType type, string reason) => _metrics.Events.Record(new KubeEvent(ObjectReference.To(type, Web), EventSeverity.Normal, reason, "message"));

    /// <summary>How many of the growing values about the Rollout there are.</summary>
    private async Task<int> SeriesAsync() => (await LinesAsync()).Count(l =>
        l.StartsWith("rollout_reconcile_error", StringComparison.Ordinal) || l.StartsWith("rollout_events_total", StringComparison.Ordinal) || l.StartsWith("controller_clientset", StringComparison.Ordinal));

    private async Task<IReadOnlyList<string>> LinesAsync()
    {
        using var stream = new MemoryStream();
        await _metrics.WriteAsync(PipeWriter.Create(stream), [], CancellationToken.None);
        return [.. Encoding.UTF8.GetString(stream.ToArray()).Split('\n').Where(l => l.Length > 0 && l[0] != '#')];
    }

    /// <summary>Takes every patch and has nothing.</summary>
    private sealed class TestApi : IKubeClient
    {
        public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
            Task.FromException<KubeObject>(new KubeException(HttpStatusCode.NotFound, "NotFound", "not found"));

        public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) => Task.FromResult(Web);

        public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, System.Text.Json.Nodes.JsonObject body, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, System.Text.Json.Nodes.JsonObject body, string? subresource, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
