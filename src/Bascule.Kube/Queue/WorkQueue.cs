using System.Collections.Immutable;

namespace Bascule.Kube.Queue;

/// <summary>
/// Keys waiting to be worked on: each at most once, never one key twice at the same time, and of several wake-ups the
/// earliest wins. Taking a key forgets its wake-up, because every pass says anew when to look again. Its size is bounded
/// by the number of distinct live keys. Thread-safe; the order is first come, first served.
/// </summary>
/// <typeparam name="T">The key.</typeparam>
public sealed class WorkQueue<T> : IDisposable
    where T : struct, IEquatable<T>
{
    /// <summary>Timers reach only so far; a longer wait is armed again when this is over.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(1);

    /// <summary>In seconds: powers of ten from 10 ns to 1000 s, as Kubernetes' own queues count.</summary>
    private static readonly ImmutableArray<double> Seconds = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

    /// <summary>In seconds: finer than those, because whether a wake-up is late is told in fractions of a second.</summary>
    private static readonly ImmutableArray<double> SecondsLate = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

    private readonly BackOff _backOff;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ITimer _timer;

    /// <summary>Holds one permit per ready key, and one for ever once the queue is shut down.</summary>
    private readonly SemaphoreSlim _permits = new(0);

    /// <summary>Guards everything below.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<T, Entry> _entries = [];
    private readonly Queue<Entry> _ready = new();
    private readonly SortedSet<Entry> _waiting = new(new ByWakeUp());
    private long _armedFor = long.MaxValue;
    private long _sequence;
    private long _adds;
    private long _wakeUps;
    private long _taken;
    private long _due;
    private long _retries;
    private bool _closed;
    private readonly Histogram _waited = new(Seconds);
    private readonly Histogram _worked = new(Seconds);
    private readonly Histogram _late = new(SecondsLate);

    /// <summary>Makes an empty queue.</summary>
    /// <param name="backOff">The delays of <see cref="AddRateLimited"/>.</param>
    /// <param name="time">Drives the wake-ups.</param>
    /// <param name="random">Seeds the jitter; read once, here.</param>
    public WorkQueue(BackOff backOff, TimeProvider time, Random random)
    {
        _backOff = backOff;
        _time = time;
        _random = new Random(random.Next());
        _timer = time.CreateTimer(static queue => ((WorkQueue<T>)queue!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private enum State
    {
        Idle,
        Ready,
        Working,
        WorkingAndDueAgain,
    }

    /// <summary>What happened so far.</summary>
    public QueueCounts Counts
    {
        get
        {
            lock (_gate)
                return new QueueCounts(_adds, _wakeUps, _taken, _ready.Count, _waiting.Count);
        }
    }

    /// <summary>How long things take; looks at every key.</summary>
    public QueueTimes Times
    {
        get
        {
            lock (_gate)
            {
                var (all, longest) = (TimeSpan.Zero, TimeSpan.Zero);
                foreach (var entry in _entries.Values)
                {
                    if (entry.State is not (State.Working or State.WorkingAndDueAgain))
                        continue;
                    var elapsed = _time.GetElapsedTime(entry.WorkingSince);
                    all += elapsed;
                    longest = elapsed > longest ? elapsed : longest;
                }

                return new QueueTimes(_due, _retries, _waited.Read(), _worked.Read(), _late.Read(), all, longest);
            }
        }
    }

    /// <summary>How long until the next wake-up, zero when it is due; null when none is pending.</summary>
    public TimeSpan? NextWakeUpIn
    {
        get
        {
            lock (_gate)
                return _waiting.Min is { } next ? _time.GetElapsedTime(Math.Min(_time.GetTimestamp(), next.WakeAt), next.WakeAt) : null;
        }
    }

    /// <summary>Work on the key as soon as possible.</summary>
    public void Add(T key)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _adds++;
            MakeReady_NeedsLock(EntryOf_NeedsLock(key));
        }
    }

    /// <summary>Work on the key when the delay is over, unless it is worked on before.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">The delay; zero or less means at once.</param>
    public void AddAfter(T key, TimeSpan delay)
    {
        lock (_gate)
            AddAfter_NeedsLock(key, delay);
    }

    /// <summary>Work on the key after its back-off, which doubles with each call until <see cref="Forget"/>.</summary>
    /// <returns>The delay.</returns>
    public TimeSpan AddRateLimited(T key)
    {
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            entry.Failures++;
            var delay = _backOff.After(entry.Failures, _random);
            AddAfter_NeedsLock(key, delay);
            return delay;
        }
    }

    /// <summary>The key is well again: its back-off starts from the beginning.</summary>
    public void Forget(T key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
                return;
            entry.Failures = 0;
            RemoveIfIdle_NeedsLock(entry);
        }
    }

    /// <summary>Takes a key that is due now, if there is one; <see cref="Done"/> or <see cref="PutBack"/> must follow.</summary>
    public bool TryTake(out T key)
    {
        lock (_gate)
            WakeUp_NeedsLock();
        key = default;
        return _permits.Wait(0, CancellationToken.None) && Dequeue() is { } taken && Out(taken, out key);

        static bool Out(T value, out T result)
        {
            result = value;
            return true;
        }
    }

    /// <summary>Waits for a key and takes it; null when the queue is shut down. <see cref="Done"/> or <see cref="PutBack"/> must follow.</summary>
    public async ValueTask<T?> TakeAsync(CancellationToken cancellationToken)
    {
        await _permits.WaitAsync(cancellationToken);
        return Dequeue();
    }

    /// <summary>The work is over; if the key was added meanwhile, it is due again.</summary>
    public void Done(T key)
    {
        lock (_gate)
        {
            var entry = Working_NeedsLock(key);
            if (entry.Promised is { } promised)
                _late.Observe(_time.GetElapsedTime(promised, entry.WorkingSince).TotalSeconds);
            entry.Promised = null;
            End_NeedsLock(entry);
        }
    }

    /// <summary>Instead of <see cref="Done"/>: the key cannot be worked on yet. A wake-up that it was taken for grows later until it can.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">When to take it again, unless it is added before.</param>
    public void PutBack(T key, TimeSpan delay)
    {
        lock (_gate)
        {
            var entry = Working_NeedsLock(key);
            AddAfter_NeedsLock(key, delay);
            End_NeedsLock(entry);
        }
    }

    /// <summary>Shuts down: nothing more is accepted or handed out, waiters get null. Doing it twice is harmless.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _waiting.Clear();
            _ready.Clear();
        }

        _timer.Dispose();
        _permits.Release();
    }

    private T? Dequeue()
    {
        lock (_gate)
        {
            if (_closed)
            {
                // Hand the permit on, so that every other waiter learns it too.
                _permits.Release();
                return null;
            }

            var entry = _ready.Dequeue();
            entry.State = State.Working;
            entry.WorkingSince = _time.GetTimestamp();
            _waited.Observe(_time.GetElapsedTime(entry.DueSince, entry.WorkingSince).TotalSeconds);
            _taken++;
            return entry.Key;
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armedFor = long.MaxValue;
            WakeUp_NeedsLock();
        }
    }

    private void WakeUp_NeedsLock()
    {
        if (_closed)
            return;
        var now = _time.GetTimestamp();
        while (_waiting.Min is { } next && next.WakeAt <= now)
        {
            _wakeUps++;
            next.Promised ??= next.WakeAt;
            MakeReady_NeedsLock(next);
        }

        Arm_NeedsLock(now);
    }

    private void AddAfter_NeedsLock(T key, TimeSpan delay)
    {
        if (_closed)
            return;
        _retries++;
        var entry = EntryOf_NeedsLock(key);
        if (delay <= TimeSpan.Zero)
        {
            _wakeUps++;
            MakeReady_NeedsLock(entry);
            return;
        }

        var now = _time.GetTimestamp();
        var wakeAt = now + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        if (entry.State is State.Ready or State.WorkingAndDueAgain || entry.WakeAt <= wakeAt)
            return;
        _waiting.Remove(entry);
        entry.WakeAt = wakeAt;
        _waiting.Add(entry);
        Arm_NeedsLock(now);
    }

    private void MakeReady_NeedsLock(Entry entry)
    {
        if (entry.WakeAt != long.MaxValue)
        {
            _waiting.Remove(entry);
            entry.WakeAt = long.MaxValue;
        }

        if (entry.State is State.Ready or State.WorkingAndDueAgain)
            return;
        _due++;
        entry.DueSince = _time.GetTimestamp();
        if (entry.State == State.Working)
            entry.State = State.WorkingAndDueAgain;
        else
            Enqueue_NeedsLock(entry);
    }

    private Entry Working_NeedsLock(T key) =>
        _entries.TryGetValue(key, out var entry) && entry.State is State.Working or State.WorkingAndDueAgain
            ? entry
            : throw new InvalidOperationException($"the work on {key} ends, but nobody took it");

    private void End_NeedsLock(Entry entry)
    {
        var dueAgain = entry.State == State.WorkingAndDueAgain;
        entry.State = State.Idle;
        _worked.Observe(_time.GetElapsedTime(entry.WorkingSince).TotalSeconds);
        if (dueAgain && !_closed)
            Enqueue_NeedsLock(entry);
        else
            RemoveIfIdle_NeedsLock(entry);
    }

    private void Enqueue_NeedsLock(Entry entry)
    {
        entry.State = State.Ready;
        _ready.Enqueue(entry);
        _permits.Release();
    }

    private void Arm_NeedsLock(long now)
    {
        if (_waiting.Min is not { } next || next.WakeAt >= _armedFor)
            return;
        _armedFor = next.WakeAt;
        var wait = next.WakeAt <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, next.WakeAt);

        // Rounded up, because timers count whole milliseconds and one that fires early only has to be armed again.
        var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(rounded < LongestTimer ? rounded : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private Entry EntryOf_NeedsLock(T key)
    {
        if (!_entries.TryGetValue(key, out var entry))
            _entries.Add(key, entry = new Entry(key, _sequence++));
        return entry;
    }

    private void RemoveIfIdle_NeedsLock(Entry entry)
    {
        if (entry is { State: State.Idle, WakeAt: long.MaxValue, Failures: 0 })
            _entries.Remove(entry.Key);
    }

    private sealed class Entry(T key, long sequence)
    {
        public T Key { get; } = key;

        /// <summary>Tells entries with the same wake-up apart, oldest first.</summary>
        public long Sequence { get; } = sequence;

        public State State { get; set; }

        public int Failures { get; set; }

        /// <summary>The timestamp at which it became due; of no meaning while it is neither due nor worked on.</summary>
        public long DueSince { get; set; }

        /// <summary>The timestamp at which it was taken; of no meaning while it is not worked on.</summary>
        public long WorkingSince { get; set; }

        /// <summary>The timestamp of the wake-up that it is due for, until the work on it has begun; null when it is due for a change alone.</summary>
        public long? Promised { get; set; }

        /// <summary>The timestamp of the wake-up; the largest number for none. Changed only while not in the set.</summary>
        public long WakeAt { get; set; } = long.MaxValue;
    }

    private sealed class ByWakeUp : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y)
        {
            var byTime = x!.WakeAt.CompareTo(y!.WakeAt);
            return byTime != 0 ? byTime : x.Sequence.CompareTo(y.Sequence);
        }
    }
}
