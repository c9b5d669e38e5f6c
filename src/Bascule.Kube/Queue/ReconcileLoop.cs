using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Queue;

/// <summary>
/// Feeds keys from a queue to a reconciler and decides what an outcome means for the key: a conflict is looked at again
/// after the shortest back-off, what is gone is dropped, anything else backs off (RT-4). Thread-safe.
/// </summary>
public sealed partial class ReconcileLoop : IAsyncDisposable
{
    /// <summary>How long a key is put back while the cache has not seen an own write (RT-5).</summary>
    private static readonly TimeSpan UnseenWriteDelay = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan DefaultDrain = TimeSpan.FromSeconds(5);

    private readonly ReconcileLoopOptions _options;
    private readonly IReconciler _reconciler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly CancellationTokenSource _cancelPasses = new();

    /// <summary>The writes of a key's last pass that its next pass has to see. Only the worker that holds the key touches its entry.</summary>
    private readonly ConcurrentDictionary<ObjectKey, PassWrites> _unseen = new();
    private Task[] _workers = [];
    private long _reconciles;
    private int _started;
    private int _stopped;

    /// <summary>Makes a loop; keys may be added before it runs.</summary>
    /// <param name="options">How to run.</param>
    /// <param name="reconciler">What to run.</param>
    /// <param name="time">Drives wake-ups and the drain.</param>
    /// <param name="random">Seeds the jitter of delays.</param>
    /// <param name="logger">Told of failures.</param>
    public ReconcileLoop(ReconcileLoopOptions options, IReconciler reconciler, TimeProvider time, Random random, ILogger<ReconcileLoop> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        _options = options;
        _reconciler = reconciler;
        _time = time;
        _logger = logger;
        _queue = new WorkQueue<ObjectKey>(options.BackOff, time, random);
    }

    /// <summary>What happened so far.</summary>
    public QueueCounts Counts => _queue.Counts;

    /// <summary>How long things take in its queue.</summary>
    public QueueTimes Times => _queue.Times;

    /// <summary>How long until the next wake-up; null when none is pending.</summary>
    public TimeSpan? NextWakeUpIn => _queue.NextWakeUpIn;

    /// <summary>How often the reconciler was called.</summary>
    public long Reconciles => Interlocked.Read(ref _reconciles);

    /// <summary>Look at the object soon.</summary>
    public void Enqueue(ObjectKey key) => _queue.Add(key);

    /// <summary>Look at the object when the delay is over, unless something happens before.</summary>
    public void EnqueueAfter(ObjectKey key, TimeSpan delay) => _queue.AddAfter(key, delay);

    /// <summary>Starts the workers; starting twice is harmless.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _workers = [.. Enumerable.Range(0, _options.Workers).Select(_ => WorkAsync())];
    }

    /// <summary>
    /// Looks at one key that is due now, in the caller's thread; false when none is. This is how a simulation drives the
    /// loop instead of <see cref="Start"/>.
    /// </summary>
    public async Task<bool> RunOneAsync(CancellationToken cancellationToken)
    {
        if (!_queue.TryTake(out var key))
            return false;
        await PassAsync(key, cancellationToken);
        return true;
    }

    /// <summary>Takes no more keys and lets running passes finish, then cancels those that do not within the time.</summary>
    /// <param name="drain">How long passes may go on, and again how long they may take to notice the cancellation.</param>
    public async Task StopAsync(TimeSpan drain)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        _queue.Dispose();
        if (!await EndedWithinAsync(drain))
        {
            await _cancelPasses.CancelAsync();
            if (!await EndedWithinAsync(drain))
                Log.StillRunning(_logger, _options.Name, drain);
        }
    }

    /// <summary>Stops with a drain of a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(DefaultDrain);
        _cancelPasses.Dispose();
    }

    private async Task<bool> EndedWithinAsync(TimeSpan drain)
    {
        try
        {
            await Task.WhenAll(_workers).WaitAsync(drain, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task WorkAsync()
    {
        // No token: a worker ends when the queue is shut down, so that a key it holds is finished first.
        while (await _queue.TakeAsync(CancellationToken.None) is { } key)
            await PassAsync(key, _cancelPasses.Token);
    }

    private async Task PassAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (MustWaitForOwnWrites(key))
        {
            _queue.PutBack(key, UnseenWriteDelay);
            return;
        }

        try
        {
            await ReconcileAsync(key, cancellationToken);
        }
        finally
        {
            _queue.Done(key);
        }
    }

    private bool MustWaitForOwnWrites(ObjectKey key)
    {
        if (!_unseen.TryGetValue(key, out var writes))
            return false;
        if (!writes.AllSeen() && !writes.WaitedTooLong(_time))
            return true;
        if (!writes.AllSeen())
            Log.OwnWriteNotSeen(_logger, _options.Name, key, writes.Describe());
        _unseen.TryRemove(key, out _);
        return false;
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var scope = _logger.BeginScope(new ReconcileScope(_options.Name, key));
        Interlocked.Increment(ref _reconciles);
        var began = _time.GetTimestamp();
        var writes = WriteTracker.BeginPass();
        var outcome = ReconcileOutcome.Done;
        try
        {
            var lookAgainAfter = await _reconciler.ReconcileAsync(key, cancellationToken);
            _queue.Forget(key);
            if (lookAgainAfter is { } delay)
                _queue.AddAfter(key, delay);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Cancelled(_logger, _options.Name, key);
        }
        catch (KubeException exception) when (exception.IsNotFound)
        {
            outcome = ReconcileOutcome.Gone;
            _queue.Forget(key);
            Log.Gone(_logger, _options.Name, key, exception.Message);
        }
        catch (KubeException exception) when (exception.IsConflict)
        {
            // Not a failure, but still through the back-off: the cache needs a moment to show what the other one wrote.
            outcome = ReconcileOutcome.Conflict;
            var delay = _queue.AddRateLimited(key);
            Log.Conflict(_logger, _options.Name, key, delay, exception.Message);
        }
        catch (Exception exception)
        {
            outcome = ReconcileOutcome.Failed;
            var delay = _queue.AddRateLimited(key);

            // What the server says stands in the message; a stack is worth its lines only for the rest.
            Log.Failed(_logger, exception is KubeException ? null : exception, _options.Name, key, delay, exception.Message);
        }
        finally
        {
            if (WriteTracker.EndPass(writes, _time) is { } unseen)
                _unseen[key] = unseen;
            _options.Observer?.Reconciled(key, outcome, _time.GetElapsedTime(began));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1000, LogLevel.Warning, "{Kind} {Key}: failed, again in {Delay}: {Message}")]
        public static partial void Failed(ILogger logger, Exception? exception, string kind, ObjectKey key, TimeSpan delay, string message);

        [LoggerMessage(1001, LogLevel.Debug, "{Kind} {Key}: somebody else wrote first, again in {Delay}: {Message}")]
        public static partial void Conflict(ILogger logger, string kind, ObjectKey key, TimeSpan delay, string message);

        [LoggerMessage(1002, LogLevel.Debug, "{Kind} {Key}: gone: {Message}")]
        public static partial void Gone(ILogger logger, string kind, ObjectKey key, string message);

        [LoggerMessage(1003, LogLevel.Debug, "{Kind} {Key}: cancelled")]
        public static partial void Cancelled(ILogger logger, string kind, ObjectKey key);

        [LoggerMessage(1004, LogLevel.Warning, "{Kind} {Key}: goes on although the cache does not show what was written: {Writes}")]
        public static partial void OwnWriteNotSeen(ILogger logger, string kind, ObjectKey key, string writes);

        [LoggerMessage(1005, LogLevel.Warning, "{Kind}: a pass still runs {Drain} after it was cancelled; not waiting any longer")]
        public static partial void StillRunning(ILogger logger, string kind, TimeSpan drain);
    }
}
