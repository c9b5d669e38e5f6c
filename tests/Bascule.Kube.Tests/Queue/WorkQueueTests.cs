using Bascule.Kube.Queue;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Kube.Tests.Queue;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WorkQueue<int> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<int>(BackOff.Reconcile, _clock, new Random(1));

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Add_SameKeyTwice_IsTakenOnce()
    {
        _queue.Add(1);
        _queue.Add(1);

        Assert.Equal([1], TakeAll());
        Assert.Equal(2, _queue.Counts.Adds);
    }

    [Fact]
    public void Take_SeveralKeys_AreServedInOrder()
    {
        foreach (var key in new[] { 3, 1, 2 })
            _queue.Add(key);

        Assert.Equal([3, 1, 2], TakeAll());
    }

    [Fact]
    public void Add_WhileWorking_WaitsForDoneAndComesAgain()
    {
        _queue.Add(1);
        Assert.True(_queue.TryTake(out var key));
        _queue.Add(1);

        Assert.False(_queue.TryTake(out _));
        _queue.Done(key);
        Assert.Equal([1], TakeAll());
    }

    [Theory]
    [InlineData(5, 9)]
    [InlineData(9, 5)]
    public void AddAfter_Twice_EarliestWins(int first, int second)
    {
        _queue.AddAfter(1, TimeSpan.FromSeconds(first));
        _queue.AddAfter(1, TimeSpan.FromSeconds(second));

        Assert.Equal(TimeSpan.FromSeconds(5), _queue.NextWakeUpIn);
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Empty(TakeAll());
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal([1], TakeAll());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(TakeAll());
        Assert.Equal(1, _queue.Counts.WakeUps);
    }

    [Fact]
    public void Take_BecauseOfAChange_ForgetsTheWakeUp()
    {
        _queue.AddAfter(1, TimeSpan.FromSeconds(5));
        _queue.Add(1);

        Assert.Equal([1], TakeAll());
        Assert.Null(_queue.NextWakeUpIn);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(TakeAll());
    }

    [Fact]
    public void AddAfter_WhileWorking_IsKept()
    {
        _queue.Add(1);
        Assert.True(_queue.TryTake(out var key));
        _queue.AddAfter(key, TimeSpan.FromSeconds(5));
        _queue.Done(key);

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([1], TakeAll());
    }

    [Fact]
    public void AddAfter_LongerThanTimersReach_StillComes()
    {
        _queue.AddAfter(1, TimeSpan.FromDays(100));

        _clock.Advance(TimeSpan.FromDays(99));
        Assert.Empty(TakeAll());
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([1], TakeAll());
    }

    [Fact]
    public void AddRateLimited_RT4_DoublesFromOneMillisecondToTenSeconds()
    {
        var delays = Enumerable.Range(0, 20).Select(_ => _queue.AddRateLimited(1).TotalMilliseconds).ToList();

        for (var i = 0; i < delays.Count; i++)
            Assert.InRange(delays[i], 0.8 * Math.Min(Math.Pow(2, i), 10_000), Math.Min(Math.Pow(2, i), 10_000));
    }

    [Fact]
    public void Forget_AfterFailures_BeginsAnew()
    {
        for (var i = 0; i < 10; i++)
            _queue.AddRateLimited(1);
        _queue.Forget(1);

        Assert.InRange(_queue.AddRateLimited(1).TotalMilliseconds, 0.8, 1);
    }

    [Fact]
    public async Task Take_Waiting_GetsTheKeyWhenItIsDue()
    {
        var waiting = _queue.TakeAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _queue.AddAfter(7, TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(7, await waiting.AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Dispose_WithWaiters_EndsAllOfThem()
    {
        var waiters = Enumerable.Range(0, 3).Select(_ => _queue.TakeAsync(CancellationToken.None).AsTask()).ToList();
        _queue.Dispose();

        Assert.All(await Task.WhenAll(waiters).WaitAsync(TimeSpan.FromSeconds(10)), Assert.Null);
        _queue.Add(1);
        Assert.False(_queue.TryTake(out _));
    }

    [Fact]
    public void Done_WithoutTake_Throws() => Assert.Throws<InvalidOperationException>(() => _queue.Done(1));

    [Fact]
    public async Task Workers_ManyAtOnce_NeverShareAKeyAndLoseNone()
    {
        using var queue = new WorkQueue<int>(BackOff.Reconcile, TimeProvider.System, new Random(1));
        const int Keys = 50;
        var wanted = new int[Keys];
        var seen = new int[Keys];
        var busy = new int[Keys];
        var shared = 0;
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (await queue.TakeAsync(CancellationToken.None) is { } key)
            {
                if (Interlocked.Increment(ref busy[key]) > 1)
                    Interlocked.Increment(ref shared);
                Volatile.Write(ref seen[key], Volatile.Read(ref wanted[key]));
                await Task.Yield();
                Interlocked.Decrement(ref busy[key]);
                queue.Done(key);
            }
        })).ToList();
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var key = random.Next(Keys);
            Interlocked.Increment(ref wanted[key]);
            queue.Add(key);
        }

        await Shared.Eventually.HoldsAsync(() => wanted.SequenceEqual(seen), "every key worked on after its last change");
        queue.Dispose();
        await Task.WhenAll(workers).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, shared);
    }

    [Fact]
    public void Times_TellHowLongKeysWaitedAndWereWorkedOn()
    {
        _queue.Add(1);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_queue.TryTake(out var key));
        _clock.Advance(TimeSpan.FromSeconds(3));
        _queue.Add(1);
        _queue.Add(1);

        var busy = _queue.Times;
        Assert.Equal((2, 1, 2.0, 0, 3.0, 3.0), (busy.Due, busy.Waited.Total, busy.Waited.Sum, busy.Worked.Total, busy.Unfinished.TotalSeconds, busy.Longest.TotalSeconds));

        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Done(key);
        Assert.True(_queue.TryTake(out key));
        _queue.Done(key);
        _queue.AddRateLimited(1);

        var idle = _queue.Times;
        Assert.Equal((2, 3.0, 2, 4.0, TimeSpan.Zero, 1), (idle.Waited.Total, idle.Waited.Sum, idle.Worked.Total, idle.Worked.Sum, idle.Unfinished, idle.Retries));
    }

    [Fact]
    public void Late_CountsFromTheWakeUpToTheWork()
    {
        _queue.AddAfter(1, TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal([1], TakeAll());

        Assert.Equal((1, 2.0), (_queue.Times.Late.Total, _queue.Times.Late.Sum));
    }

    [Fact]
    public void Late_KeyThatIsPutBack_GrowsLater()
    {
        _queue.AddAfter(1, TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(_queue.TryTake(out var key));
        _queue.PutBack(key, TimeSpan.FromSeconds(3));

        Assert.Equal(0, _queue.Times.Late.Total);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([1], TakeAll());
        Assert.Equal((1, 3.0), (_queue.Times.Late.Total, _queue.Times.Late.Sum));
    }

    [Fact]
    public void Late_ChangeBeforeTheWakeUp_IsNotCounted()
    {
        _queue.AddAfter(1, TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(4));
        _queue.Add(1);
        Assert.Equal([1], TakeAll());
        _clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Equal(0, _queue.Times.Late.Total);
    }

    private List<int> TakeAll()
    {
        var taken = new List<int>();
        while (_queue.TryTake(out var key))
        {
            taken.Add(key);
            _queue.Done(key);
        }

        return taken;
    }
}
