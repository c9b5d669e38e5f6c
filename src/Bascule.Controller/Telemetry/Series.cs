using System.Collections.Concurrent;
using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>
/// Values that grow, per object and whatever else tells them apart. Those of an object that is gone stay for a while, so
/// that their last growth is still read (GC-14). Thread-safe.
/// </summary>
/// <typeparam name="TLabels">What tells the values apart.</typeparam>
/// <typeparam name="TValue">A thread-safe value.</typeparam>
/// <param name="make">Makes a value that has not grown yet.</param>
/// <param name="about">The object that a value is about; null for none.</param>
internal sealed class Series<TLabels, TValue>(Func<TValue> make, Func<TLabels, (ResourceType Type, ObjectKey Key)?> about)
    where TLabels : notnull
{
    private readonly ConcurrentDictionary<TLabels, TValue> _values = new();

    /// <summary>All of them, as they are now.</summary>
    public IEnumerable<KeyValuePair<TLabels, TValue>> All => _values;

    /// <summary>The value; made if there is none.</summary>
    public TValue Of(TLabels labels) => _values.GetOrAdd(labels, static (_, make) => make(), make);

    /// <summary>Drops the values about some objects.</summary>
    public void Drop(IReadOnlySet<(ResourceType Type, ObjectKey Key)> gone)
    {
        foreach (var labels in _values.Keys)
        {
            if (about(labels) is { } item && gone.Contains(item))
                _values.TryRemove(labels, out _);
        }
    }
}
