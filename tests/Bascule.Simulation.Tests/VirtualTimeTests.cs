using Bascule.Simulation.Time;

namespace Bascule.Simulation.Tests;

public sealed class VirtualTimeTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Timers_FireInTheOrderTheyAreDue_WhileTheClockPassesThem()
    {
        var time = new VirtualTime(s_start);
        var fired = new List<(string Name, TimeSpan At)>();
        using var late = time.CreateTimer(_ => fired.Add(("late", time.Elapsed)), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        using var early = time.CreateTimer(_ => fired.Add(("early", time.Elapsed)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("early", TimeSpan.FromSeconds(1)), ("late", TimeSpan.FromSeconds(2))], fired);
        Assert.Equal(s_start.AddSeconds(5), time.GetUtcNow());
    }

    [Fact]
    public void Timer_ChangedOrDisposed_DoesNotFireAtItsOldTime()
    {
        var time = new VirtualTime(s_start);
        var fired = 0;
        var changed = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var disposed = time.CreateTimer(_ => fired += 100, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        changed.Change(TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        disposed.Dispose();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, fired);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, fired);
    }

    [Fact]
    public void Periodic_Timer_FiresEachPeriod()
    {
        var time = new VirtualTime(s_start);
        var fired = 0;
        using var timer = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));

        time.Advance(TimeSpan.FromSeconds(8));

        Assert.Equal(3, fired);
    }

    [Fact]
    public void ClockJump_ChangesTheDate_NotTheTimePassed()
    {
        var time = new VirtualTime(s_start);

        time.JumpClock(TimeSpan.FromHours(-1));

        Assert.Equal(s_start.AddHours(-1), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.Elapsed);
        Assert.Equal(0, time.GetTimestamp());
    }
}
