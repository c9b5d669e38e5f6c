using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>Which objects are gone for so long that nothing needs to be told of them any more (GC-14). Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class Departures(TimeProvider time)
{
    /// <summary>Longer than the minute between two looks of a Prometheus with its defaults.</summary>
    public static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(65);

    /// <summary>Guards the field below.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), long> _goneAt = [];

    /// <summary>Notes that an object is gone, or back.</summary>
    public void Note(ResourceType type, ObjectKey key, bool gone)
    {
        lock (_gate)
        {
            if (gone)
                _goneAt[(type, key)] = time.GetTimestamp();
            else
                _goneAt.Remove((type, key));
        }
    }

    /// <summary>The objects whose time is over; told once.</summary>
    public IReadOnlySet<(ResourceType Type, ObjectKey Key)> Take()
    {
        lock (_gate)
        {
            if (_goneAt.Count == 0)
                return new HashSet<(ResourceType, ObjectKey)>();
            var due = _goneAt.Where(g => time.GetElapsedTime(g.Value) >= Afterlife).Select(g => g.Key).ToHashSet();
            foreach (var item in due)
                _goneAt.Remove(item);
            return due;
        }
    }
}
