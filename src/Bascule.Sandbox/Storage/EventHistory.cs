namespace Bascule.Sandbox.Storage;

/// <summary>The last writes, oldest forgotten first. Not thread-safe: the store's lock guards it.</summary>
internal sealed class EventHistory
{
    private readonly StoreLimits _limits;
    private readonly StoreEvent?[] _ring;
    private int _first;
    private int _count;
    private long _bytes;

    public EventHistory(StoreLimits limits)
    {
        _limits = limits;
        _ring = new StoreEvent?[limits.HistoryEvents];
    }

    /// <summary>The version before the oldest remembered write: a watch can resume from here or later.</summary>
    public long Floor { get; private set; } = Store.FirstVersion;

    public void Add(StoreEvent added)
    {
        if (_count == _ring.Length)
            Forget();
        _ring[(_first + _count) % _ring.Length] = added;
        _count++;
        _bytes += Weight(added);
        while (_bytes > _limits.HistoryBytes && _count > 1)
            Forget();
    }

    /// <summary>Forgets writes up to a version, as a compaction does.</summary>
    public void ForgetThrough(long version)
    {
        while (_count > 0 && _ring[_first]!.Version <= version)
            Forget();
    }

    /// <summary>The writes to a collection after a version, oldest first. Every write has its own version, one apart.</summary>
    public List<StoreEvent> After(long version, StorageKey? storage, string? @namespace)
    {
        var found = new List<StoreEvent>();
        var skipped = (int)Math.Clamp(version - Floor, 0, _count);
        for (var i = skipped; i < _count; i++)
        {
            var candidate = _ring[(_first + i) % _ring.Length]!;
            if ((storage is null || candidate.Storage == storage) && (@namespace is null || candidate.After.Namespace == @namespace))
                found.Add(candidate);
        }

        return found;
    }

    // What history alone keeps alive: the content that was replaced, and the last state of what is gone.
    private static long Weight(StoreEvent e) => (e.Before?.Json.Length ?? 0) + (e.IsRemoval ? e.After.Json.Length : 0);

    private void Forget()
    {
        var oldest = _ring[_first]!;
        _ring[_first] = null;
        _first = (_first + 1) % _ring.Length;
        _count--;
        _bytes -= Weight(oldest);
        Floor = oldest.Version;
    }
}
