using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Hosting;

/// <summary>Which Rollouts are routed by which objects. Thread-safe: each informer calls from its own loop.</summary>
internal sealed class RoutingReaders
{
    /// <summary>Guards both dictionaries, which change together.</summary>
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ImmutableArray<RoutingReference>> _noted = [];
    private readonly Dictionary<RoutingReference, ImmutableHashSet<ObjectKey>> _readers = [];

    /// <summary>Notes by which objects a Rollout is routed now; none when it is gone.</summary>
    public void Set(ObjectKey rollout, ImmutableArray<RoutingReference> references)
    {
        lock (_lock)
        {
            if (_noted.Remove(rollout, out var before))
            {
                foreach (var reference in before)
                    Change_NeedsLock(reference, readers => readers.Remove(rollout));
            }

            if (references.IsEmpty)
                return;
            _noted[rollout] = references;
            foreach (var reference in references)
                Change_NeedsLock(reference, readers => readers.Add(rollout));
        }
    }

    /// <summary>The Rollouts that are routed by an object, or look at all of its namespace, or of its type.</summary>
    public ImmutableHashSet<ObjectKey> Of(ResourceType type, ObjectKey key)
    {
        lock (_lock)
        {
            var named = _readers.GetValueOrDefault(new(type, key.Namespace, key.Name), []);
            return named.Union(_readers.GetValueOrDefault(new(type, key.Namespace, null), [])).Union(_readers.GetValueOrDefault(new(type, null, null), []));
        }
    }

    private void Change_NeedsLock(RoutingReference reference, Func<ImmutableHashSet<ObjectKey>, ImmutableHashSet<ObjectKey>> change)
    {
        var readers = change(_readers.GetValueOrDefault(reference, []));
        if (readers.IsEmpty)
            _readers.Remove(reference);
        else
            _readers[reference] = readers;
    }
}
