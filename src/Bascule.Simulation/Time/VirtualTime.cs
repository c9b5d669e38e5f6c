namespace Bascule.Simulation.Time;

/// <summary>
/// A clock that stands still until it is told to move. Timers fire in the order they are due, in the caller's thread,
/// while the clock moves past them.
/// </summary>
/// <param name="start">What the clock shows at first.</param>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private long _elapsed;
    private long _timersMade;
    private TimeSpan _offset;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Virtual time since the start; unlike the date it never jumps.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(_elapsed);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Elapsed + _offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => _elapsed;

    /// <summary>How long until a timer fires, at the earliest; null when there is none.</summary>
    public TimeSpan? NextTimerIn => _timers.TryPeek(out _, out var next) ? TimeSpan.FromTicks(Math.Max(0, next.Due - _elapsed)) : null;

    /// <summary>Moves the clock and fires what falls due on the way.</summary>
    /// <param name="by">Zero or more.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = _elapsed + by.Ticks;
        while (_timers.TryPeek(out var timer, out var at) && at.Due <= until)
        {
            _timers.Dequeue();
            if (!timer.IsArmedFor(at.Due))
                continue;
            _elapsed = Math.Max(_elapsed, at.Due);
            timer.Fire();
        }

        _elapsed = until;
    }

    /// <summary>Changes the date without letting time pass, as a corrected clock does.</summary>
    public void JumpClock(TimeSpan by) => _offset += by;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(VirtualTimer timer, long due) => _timers.Enqueue(timer, (due, _timersMade++));

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long? _due;
        private TimeSpan _period;

        public bool IsArmedFor(long due) => _due == due;

        public void Fire()
        {
            _due = null;
            if (_period > TimeSpan.Zero)
                Arm(_period);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _due = null;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime);
            return true;
        }

        public void Dispose() => _due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan after)
        {
            _due = time._elapsed + Math.Max(0, after.Ticks);
            time.Schedule(this, _due.Value);
        }
    }
}
