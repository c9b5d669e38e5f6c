using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>Which objects are gone for so long that nothing needs to be told of them any more (GC-14). Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class Departures(TimeProvider time)
{
    /// <summary>Longer than the minute between two looks of a Prometheus with its defaults.</summary>
    public static readonly TimeSpan Afterlife = TimeSpan.FromSeconds(65);

    /// <summary>Guards the fields below.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), long> _goneAt = [];

    /// <summary>Every departure in order, so that nothing is looked at before its time; those of what came back mean nothing any more.</summary>
    private readonly Queue<((ResourceType Type, ObjectKey Key) Item, long At)> _departures = new();

    /// <summary>Notes that an object is gone, or back.</summary>
    public void Note(ResourceType type, ObjectKey key, bool gone)
    {
        lock (_gate)
        {
            _goneAt.Remove((type, key));
            if (!gone)
                return;
            var now = time.GetTimestamp();
            _goneAt.Add((type, key), now);
            _departures.Enqueue(((type, key), now));
        }
    }

    /// <summary>The objects whose time is over; told once.</summary>
    public IReadOnlySet<(ResourceType Type, ObjectKey Key)> Take()
    {
        lock (_gate)
        {
            var due = new HashSet<(ResourceType, ObjectKey)>();
            while (_departures.TryPeek(out var departure) && time.GetElapsedTime(departure.At) >= Afterlife)
            {
                _departures.Dequeue();
                if (_goneAt.TryGetValue(departure.Item, out var at) && at == departure.At && _goneAt.Remove(departure.Item))
                    due.Add(departure.Item);
            }

            return due;
        }
    }
}
