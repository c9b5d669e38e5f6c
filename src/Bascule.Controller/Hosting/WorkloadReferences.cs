using System.Collections.Immutable;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;

namespace Bascule.Controller.Hosting;

/// <summary>Which Rollouts take their pod templates from which workloads. Thread-safe: each informer calls from its own loop.</summary>
public sealed class WorkloadReferences
{
    /// <summary>Guards both dictionaries, which change together.</summary>
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, (ResourceType Type, ObjectKey Key)> _workloadOf = [];
    private readonly Dictionary<(ResourceType Type, ObjectKey Key), ImmutableHashSet<ObjectKey>> _readers = [];

    /// <summary>Notes what a Rollout refers to now; null when it is gone.</summary>
    /// <returns>The type of the workload; null when there is none that could be taken over.</returns>
    public ResourceType? Set(ObjectKey rollout, KubeObject? found)
    {
        var reference = found?.AsRollout().Spec.WorkloadRef;
        var type = reference is null ? null : LiveWorkloads.TypeOf(reference);
        lock (_lock)
        {
            if (_workloadOf.Remove(rollout, out var before) && _readers[before].Remove(rollout) is var others)
            {
                if (others.IsEmpty)
                    _readers.Remove(before);
                else
                    _readers[before] = others;
            }

            if (type is null)
                return null;
            var workload = (type, new ObjectKey(rollout.Namespace, reference!.Name));
            _workloadOf[rollout] = workload;
            _readers[workload] = _readers.GetValueOrDefault(workload, []).Add(rollout);
            return type;
        }
    }

    /// <summary>The Rollouts that refer to a workload.</summary>
    public ImmutableHashSet<ObjectKey> ReadersOf(ResourceType type, ObjectKey key)
    {
        lock (_lock)
            return _readers.GetValueOrDefault((type, key), []);
    }

    /// <summary>The Rollouts to look at. Only what a Rollout takes over matters: a Deployment's status changes with each of its pods.</summary>
    public ImmutableHashSet<ObjectKey> WokenBy(ObjectChange change) =>
        change is { Old: { } old, New: { } current } && old.Generation == current.Generation && old.Uid == current.Uid
            ? []
            : ReadersOf(change.Type, change.Key);
}
