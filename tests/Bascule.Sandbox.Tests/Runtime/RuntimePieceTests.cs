using System.Collections.Immutable;
using System.Net;
using System.Text;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Runtime;
using Bascule.Sandbox.Tests.Workloads;
using Bascule.Sandbox.Workloads;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Sandbox.Tests.Runtime;

public sealed class RuntimePieceTests
{
    [Theory]
    [InlineData("goprom", "goprom")]
    [InlineData("uptime-formation/goprom:1", "goprom")]
    [InlineData("registry:5000/team/goprom", "goprom")]
    [InlineData("goprom@sha256:abc", "goprom")]
    [InlineData("registry:5000/team/goprom:2@sha256:abc", "goprom")]
    public void Image_Reference_IsItsLastSegment(string image, string name) => Assert.Equal(name, ImageCatalog.ShortName(image));

    [Theory]
    [InlineData("$(A)-$(B)", "1-2")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$(C)", "$(C)")]
    [InlineData("$A $", "$A $")]
    [InlineData("$(A", "$(A")]
    public void Expand_References_AsKubernetes(string text, string expected) =>
        Assert.Equal(expected, VariableExpansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }));

    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("64Mi", 67108864)]
    [InlineData("2", 2)]
    [InlineData("1k", 1000)]
    public void Quantity_Written_IsANumber(string text, double expected) => Assert.Equal(expected, ResourceQuantity.Parse(text), 6);

    [Fact]
    public void Tracker_Readiness_TurnsOnlyAtThresholds()
    {
        var container = TestObjects.Json("""{"readinessProbe":{"successThreshold":2,"failureThreshold":2}}""");
        var tracker = new ProbeTracker(ProbeSpec.Of(ProbeKind.Readiness, container)!);
        var seen = new List<bool>();
        foreach (var result in (bool[])[true, true, false, true, false, false])
        {
            tracker.Count(result);
            seen.Add(tracker.Passes);
        }

        Assert.Equal([false, true, true, true, true, false], seen);
    }

    [Fact]
    public void Addresses_TwoPools_NeverShareOne()
    {
        using var one = new PodAddressPool(new Random(7));
        using var other = new PodAddressPool(new Random(7));
        var taken = Enumerable.Range(0, 5).SelectMany(_ => (IPAddress[])[one.Take(), other.Take()]).ToList();

        Assert.Equal(10, taken.Distinct().Count());
        one.Return(taken[0]);
        Assert.NotEqual(taken[0], one.Take());
    }

    [Theory]
    [InlineData("Always", 0, "Running")]
    [InlineData("OnFailure", 0, "Succeeded")]
    [InlineData("OnFailure", 1, "Running")]
    [InlineData("Never", 0, "Succeeded")]
    [InlineData("Never", 1, "Failed")]
    public void Phase_AllEnded_FollowsTheRestartPolicy(string policy, int exitCode, string phase)
    {
        var pod = Pod(policy);
        var ended = new EndedRun(exitCode, "", "", TestObjects.Now, TestObjects.Now, "");
        var state = State(pod, new ContainerStatus("main", "x") { Ended = ended });

        Assert.Equal(phase, PodStatusBuilder.Phase(state));
    }

    [Fact]
    public void Status_ReadyAndBack_MovesTheTransitionTimeOnlyThen()
    {
        var pod = Pod("Always");
        var running = new ContainerStatus("main", "x") { RunningSince = TestObjects.Now, IsReady = true, IsStarted = true };
        var (_, first) = PodStatusBuilder.Build(State(pod, running), Conditions.Read(default), TestObjects.Now);
        var (_, same) = PodStatusBuilder.Build(State(pod, running), first, TestObjects.Now.AddMinutes(1));
        var (status, back) = PodStatusBuilder.Build(State(pod, running with { IsReady = false }), same, TestObjects.Now.AddMinutes(2));

        Assert.Equal(TestObjects.Now, same.Get("Ready")!.LastTransition);
        Assert.Equal(TestObjects.Now.AddMinutes(2), back.Get("Ready")!.LastTransition);
        Assert.Equal("containers with unready status: [main]", back.Get("Ready")!.Message);
        Assert.Equal("Running", (string?)status["phase"]);
    }

    [Fact]
    public async Task Log_TailTimestampsAndLimit_AreCutFromWholeLines()
    {
        var directory = Directory.CreateTempSubdirectory("bascule-log-");
        var time = new FakeTimeProvider(TestObjects.Now);
        var store = new PodLogStore(directory.FullName, time);
        var pod = TestObjects.Pod("web");
        using (var log = store.Begin(pod, "main", 0))
        {
            log.Writer("stdout").Write("one\ntwo\nthr"u8);
            var last = log.Writer("stderr");
            last.Write("no newline"u8);
            last.Finish();
        }

        var request = new PodLogRequest(pod.Key, pod.Uid, "main");
        Assert.Equal("one\ntwo\nno newline\n", await ReadAsync(store, request));
        Assert.Equal("two\nno newline\n", await ReadAsync(store, request with { TailLines = 2 }));
        Assert.Equal("one\nt", await ReadAsync(store, request with { LimitBytes = 5 }));
        Assert.StartsWith("2026-01-02T03:04:05.000000000Z one\n", await ReadAsync(store, request with { Timestamps = true }), StringComparison.Ordinal);
        Assert.Equal("", await ReadAsync(store, request with { Since = TestObjects.Now.AddSeconds(1) }));
        await Assert.ThrowsAsync<KubeException>(() => ReadAsync(store, request with { Previous = true }));
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Log_Followed_EndsWithTheRunAndMissesNothing()
    {
        var directory = Directory.CreateTempSubdirectory("bascule-log-");
        var store = new PodLogStore(directory.FullName, TimeProvider.System);
        var pod = TestObjects.Pod("web");
        var log = store.Begin(pod, "main", 0);
        var reading = ReadAsync(store, new PodLogRequest(pod.Key, pod.Uid, "main") { Follow = true });
        var writer = log.Writer("stdout");
        for (var i = 0; i < 500; i++)
            writer.Write(Encoding.UTF8.GetBytes($"line {i}\n"));
        log.Dispose();

        var text = await reading.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(500, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        directory.Delete(recursive: true);
    }

    private static async Task<string> ReadAsync(PodLogStore store, PodLogRequest request)
    {
        using var into = new MemoryStream();
        await store.CopyAsync(request, into, CancellationToken.None);
        return Encoding.UTF8.GetString(into.ToArray());
    }

    private static KubeObject Pod(string policy) =>
        TestObjects.Object($$"""{"metadata":{"name":"web","uid":"u"},"spec":{"restartPolicy":"{{policy}}","containers":[{"name":"main","image":"x"}]} }""");

    private static PodState State(KubeObject pod, ContainerStatus status) =>
        new(pod, "127.64.0.1", TestObjects.Now, ImmutableArray<(ContainerSpec, ContainerStatus)>.Empty, [(ContainerSpec.Of(pod, init: false)[0], status)]);
}
