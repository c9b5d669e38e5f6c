using System.Collections.Immutable;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Hosting;

/// <summary>
/// Which Rollouts name which Services, and which use analysis, so that a change of one object finds its readers without a
/// look at every Rollout. Thread-safe: each informer calls from its own loop.
/// </summary>
public sealed class RolloutReferences
{
    /// <summary>Guards the three dictionaries, which change together.</summary>
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, ImmutableArray<string>> _servicesOf = [];
    private readonly Dictionary<ObjectKey, ImmutableHashSet<ObjectKey>> _readersOfService = [];
    private readonly HashSet<ObjectKey> _withAnalysis = [];

    /// <summary>Notes what a Rollout names now; null when it is gone.</summary>
    public void Set(ObjectKey key, KubeObject? found)
    {
        var rollout = found is null ? null : found.AsRollout();
        var services = rollout is null ? [] : RolloutDecider.ServicesReferenced(rollout);
        var hasAnalysis = rollout is not null && !RolloutDecider.TemplatesReferenced(rollout).IsEmpty;
        lock (_lock)
        {
            foreach (var service in _servicesOf.GetValueOrDefault(key, []))
                Change_NeedsLock(new(key.Namespace, service), readers => readers.Remove(key));
            foreach (var service in services)
                Change_NeedsLock(new(key.Namespace, service), readers => readers.Add(key));
            if (services.IsEmpty)
                _servicesOf.Remove(key);
            else
                _servicesOf[key] = services;
            if (hasAnalysis)
                _withAnalysis.Add(key);
            else
                _withAnalysis.Remove(key);
        }
    }

    /// <summary>The Services that a Rollout named when it was last noted.</summary>
    public ImmutableArray<string> ServicesOf(ObjectKey rollout)
    {
        lock (_lock)
            return _servicesOf.GetValueOrDefault(rollout, []);
    }

    /// <summary>The Rollouts that name a Service.</summary>
    public ImmutableHashSet<ObjectKey> ReadersOf(ObjectKey service)
    {
        lock (_lock)
            return _readersOfService.GetValueOrDefault(service, []);
    }

    /// <summary>The Rollouts that use analysis.</summary>
    /// <param name="namespace">Their namespace; null for all.</param>
    public ImmutableArray<ObjectKey> WithAnalysis(string? @namespace)
    {
        lock (_lock)
            return [.. _withAnalysis.Where(k => @namespace is null || k.Namespace == @namespace)];
    }

    private void Change_NeedsLock(ObjectKey service, Func<ImmutableHashSet<ObjectKey>, ImmutableHashSet<ObjectKey>> change)
    {
        var readers = change(_readersOfService.GetValueOrDefault(service, []));
        if (readers.IsEmpty)
            _readersOfService.Remove(service);
        else
            _readersOfService[service] = readers;
    }
}
