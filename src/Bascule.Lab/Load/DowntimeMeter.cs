namespace Bascule.Lab.Load;

/// <summary>Adds up the slots of time in which requests were due and all of them failed. Not thread-safe.</summary>
/// <param name="slot">The length of a slot.</param>
internal sealed class DowntimeMeter(TimeSpan slot)
{
    /// <summary>Slots kept; at ten a second those of more than a day.</summary>
    private const int MostSlots = 1_000_000;
    private const int RequestsPerSlot = 10;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly List<State> _slots = [];
    private int _down;

    private enum State : byte
    {
        Empty,
        Down,
        Up,
    }

    /// <summary>All the slots with failures only.</summary>
    public TimeSpan Total => slot * _down;

    /// <summary>A slot that holds ten requests, but no shorter than a tenth of a second.</summary>
    public static TimeSpan SlotFor(double rate) => TimeSpan.FromSeconds(Math.Max(Shortest.TotalSeconds, RequestsPerSlot / rate));

    /// <summary>Counts a request. They may come in any order.</summary>
    public void Count(TimeSpan due, bool good)
    {
        var index = (int)Math.Min(due / slot, MostSlots);
        if (index == MostSlots)
            return;
        while (_slots.Count <= index)
            _slots.Add(State.Empty);
        var before = _slots[index];
        _slots[index] = good || before == State.Up ? State.Up : State.Down;
        _down += (_slots[index] == State.Down ? 1 : 0) - (before == State.Down ? 1 : 0);
    }
}
