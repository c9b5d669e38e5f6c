using System.Net;
using Bascule.Kube.Queue;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Queue;

public sealed class ReconcileLoopTests
{
    private static readonly ObjectKey A = new("default", "a");

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Pass_WithLookAgain_ComesBackThenAndNotBefore()
    {
        var reconciler = TestReconciler.Returning(TimeSpan.FromSeconds(42));
        await using var loop = Loop(reconciler);
        loop.Enqueue(A);

        Assert.Equal(1, await RunAsync(loop));
        Assert.Equal(TimeSpan.FromSeconds(42), loop.NextWakeUpIn);
        _clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Equal(0, await RunAsync(loop));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await RunAsync(loop));
    }

    [Fact]
    public async Task Pass_WithNothingToWaitFor_LeavesTheLoopAtRest()
    {
        await using var loop = Loop(TestReconciler.Returning(null));
        loop.Enqueue(A);
        await RunAsync(loop);

        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await RunAsync(loop));
        Assert.Equal(1, loop.Reconciles);
        Assert.Equal(new QueueCounts(Adds: 1, WakeUps: 0, Taken: 1, Ready: 0, Waiting: 0), loop.Counts);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "Conflict")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    public async Task Pass_Refused_RT4_ComesAgainAfterTheBackOff(HttpStatusCode code, string reason)
    {
        await using var loop = Loop(TestReconciler.Throwing(() => new KubeException(code, reason, "no")));
        loop.Enqueue(A);
        await RunAsync(loop);

        Assert.InRange(loop.NextWakeUpIn!.Value.TotalMilliseconds, 0.8, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await RunAsync(loop));
        Assert.InRange(loop.NextWakeUpIn!.Value.TotalMilliseconds, 1.6, 2);
    }

    [Fact]
    public async Task Pass_NotFound_RT4_DropsTheKey()
    {
        await using var loop = Loop(TestReconciler.Throwing(() => new KubeException(HttpStatusCode.NotFound, "NotFound", "gone")));
        loop.Enqueue(A);
        await RunAsync(loop);

        Assert.Null(loop.NextWakeUpIn);
    }

    [Fact]
    public async Task Pass_Bug_RT4_CountsAsAnErrorAndOtherKeysGoOn()
    {
        var reconciler = new TestReconciler((key, _) => key == A ? throw new InvalidOperationException("bug") : Task.FromResult<TimeSpan?>(null));
        await using var loop = Loop(reconciler);
        loop.Enqueue(A);
        loop.Enqueue(A with { Name = "b" });

        Assert.Equal(2, await RunAsync(loop));
        Assert.NotNull(loop.NextWakeUpIn);
    }

    [Fact]
    public async Task Pass_AfterOwnWrite_WaitsUntilTheCacheShowsIt_RT5_VER2()
    {
        var client = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");
        var cache = new TestVersionedCache();
        cache.Index.Replace([], "1");
        var tracked = new WriteTracker(client, cache);
        KubeObject? written = null;
        var reconciler = new TestReconciler(async (_, token) =>
        {
            written ??= await tracked.CreateAsync(ResourceTypes.ConfigMaps, "default", Objects.ConfigMap("a"), token);
            return null;
        });
        await using var loop = Loop(reconciler);
        loop.Enqueue(A);
        await RunAsync(loop);

        loop.Enqueue(A);
        await RunAsync(loop);
        Assert.Equal(1, loop.Reconciles);
        Assert.Equal(TimeSpan.FromMilliseconds(100), loop.NextWakeUpIn);

        cache.Index.Apply(new WatchEvent(WatchEventType.Added, written!));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await RunAsync(loop);
        Assert.Equal(2, loop.Reconciles);
    }

    [Fact]
    public async Task Pass_AfterOwnWriteThatNeverShows_GoesOnAfterAWhile()
    {
        var client = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");
        var cache = new TestVersionedCache();
        cache.Index.Replace([], "not a number");
        var tracked = new WriteTracker(client, cache);
        KubeObject? written = null;
        var reconciler = new TestReconciler(async (_, token) =>
        {
            written ??= await tracked.CreateAsync(ResourceTypes.ConfigMaps, "default", Objects.ConfigMap("a"), token);
            return null;
        });
        await using var loop = Loop(reconciler);
        loop.Enqueue(A);
        await RunAsync(loop);
        loop.Enqueue(A);
        for (var i = 0; i < 299; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await RunAsync(loop);
        }

        Assert.Equal(1, loop.Reconciles);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await RunAsync(loop);
        Assert.Equal(2, loop.Reconciles);
    }

    [Fact]
    public async Task Pass_AfterOwnDelete_WaitsUntilTheCacheLetsGo()
    {
        var client = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");
        var stored = await client.CreateAsync(ResourceTypes.ConfigMaps, "default", Objects.ConfigMap("a"), CancellationToken.None);
        var cache = new TestVersionedCache();
        cache.Index.Replace([stored], stored.ResourceVersion);
        var tracked = new WriteTracker(client, cache);
        var first = true;
        var reconciler = new TestReconciler(async (_, token) =>
        {
            if (first)
                await tracked.DeleteAsync(ResourceTypes.ConfigMaps, A, DeleteOptions.Default, token);
            first = false;
            return null;
        });
        await using var loop = Loop(reconciler);
        loop.Enqueue(A);
        await RunAsync(loop);
        loop.Enqueue(A);
        await RunAsync(loop);
        Assert.Equal(1, loop.Reconciles);

        cache.Index.Apply(new WatchEvent(WatchEventType.Deleted, stored));
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await RunAsync(loop);
        Assert.Equal(2, loop.Reconciles);
    }

    [Fact]
    public async Task Writes_OfPassesSideBySide_AreNotMixedUp()
    {
        var client = new DirectClient(new ApiServer(new Store(), _clock, new Random(1)), "test");
        var cache = new TestVersionedCache();
        cache.Index.Replace([], "1");
        var tracked = new WriteTracker(client, cache);
        var bothRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var reconciler = new TestReconciler(async (key, token) =>
        {
            if (Interlocked.Increment(ref running) == 2)
                bothRun.SetResult();
            await bothRun.Task.WaitAsync(TimeSpan.FromSeconds(10), token);
            if (key == A)
                await tracked.CreateAsync(ResourceTypes.ConfigMaps, "default", Objects.ConfigMap("a"), token);
            return null;
        });
        await using var loop = Loop(reconciler);
        var b = A with { Name = "b" };
        loop.Enqueue(A);
        loop.Enqueue(b);
        await Task.WhenAll(loop.RunOneAsync(CancellationToken.None), loop.RunOneAsync(CancellationToken.None));

        loop.Enqueue(A);
        loop.Enqueue(b);
        await RunAsync(loop);
        Assert.Equal(2, reconciler.Asked.Count(k => k == b));
        Assert.Equal(1, reconciler.Asked.Count(k => k == A));
    }

    [Fact]
    public async Task Stop_WhilePassRuns_LetsItFinish()
    {
        var began = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var reconciler = new TestReconciler(async (_, _) =>
        {
            began.SetResult();
            await finish.Task;
            return null;
        });
        await using var loop = Loop(reconciler, workers: 2);
        loop.Start();
        loop.Enqueue(A);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var stopping = loop.StopAsync(TimeSpan.FromSeconds(5));
        Assert.False(stopping.IsCompleted);
        finish.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
        loop.Enqueue(A);
        Assert.Equal(1, loop.Reconciles);
    }

    [Fact]
    public async Task Stop_PassThatHangs_IsCancelledAfterTheDrain()
    {
        var began = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var reconciler = new TestReconciler(async (_, token) =>
        {
            began.SetResult();
            await using (token.Register(cancelled.SetResult))
                await Task.Delay(Timeout.InfiniteTimeSpan, _clock, token);
            return null;
        });
        await using var loop = Loop(reconciler);
        loop.Start();
        loop.Enqueue(A);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var stopping = loop.StopAsync(TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(() => stopping.IsCompleted, "the loop stopped", _clock, TimeSpan.FromSeconds(1));
        Assert.True(cancelled.Task.IsCompleted);
    }

    [Fact]
    public async Task Observer_IsToldHowEachPassEnded()
    {
        var observer = new TestObserver();
        var answers = new Queue<Exception?>([null, new KubeException(HttpStatusCode.Conflict, "Conflict", ""), new KubeException(HttpStatusCode.NotFound, "NotFound", ""), new InvalidOperationException()]);
        var reconciler = new TestReconciler((_, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return answers.Dequeue() is { } error ? throw error : Task.FromResult<TimeSpan?>(null);
        });
        await using var loop = new ReconcileLoop(new ReconcileLoopOptions("ConfigMap") { Observer = observer }, reconciler, _clock, new Random(1), NullLogger<ReconcileLoop>.Instance);
        while (answers.Count > 0)
        {
            loop.Enqueue(A);
            await loop.RunOneAsync(CancellationToken.None);
        }

        Assert.Equal([ReconcileOutcome.Done, ReconcileOutcome.Conflict, ReconcileOutcome.Gone, ReconcileOutcome.Failed], observer.Told.Select(t => t.Outcome));
        Assert.All(observer.Told, t => Assert.Equal((A, TimeSpan.FromSeconds(2)), (t.Key, t.Elapsed)));
    }

    private ReconcileLoop Loop(IReconciler reconciler, int workers = 1) =>
        new(new ReconcileLoopOptions("ConfigMap") { Workers = workers }, reconciler, _clock, new Random(1), NullLogger<ReconcileLoop>.Instance);

    /// <summary>Runs what is due now; the number of keys taken.</summary>
    private static async Task<int> RunAsync(ReconcileLoop loop)
    {
        var count = 0;
        while (await loop.RunOneAsync(CancellationToken.None))
            count++;
        return count;
    }

    private sealed class TestObserver : IReconcileObserver
    {
        public List<(ObjectKey Key, ReconcileOutcome Outcome, TimeSpan Elapsed)> Told { get; } = [];

        public void Reconciled(ObjectKey key, ReconcileOutcome outcome, TimeSpan elapsed) => Told.Add((key, outcome, elapsed));
    }
}
