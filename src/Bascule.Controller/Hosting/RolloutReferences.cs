using System.Collections.Immutable;
using Bascule.Api.Rollouts;
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
    /// <summary>Guards the collections, which change together.</summary>
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, (RolloutSpec Spec, ImmutableArray<string> Services)> _noted = [];
    private readonly Dictionary<ObjectKey, ImmutableHashSet<ObjectKey>> _readersOfService = [];
    private readonly HashSet<ObjectKey> _withAnalysis = [];

    /// <summary>Notes what a Rollout names now; null when it is gone.</summary>
    public void Set(ObjectKey key, KubeObject? found)
    {
        var rollout = found?.AsRollout();
        lock (_lock)
        {
            var known = _noted.TryGetValue(key, out var before);
            if (known && ReferenceEquals(before.Spec, rollout?.Spec))
                return;
            if (known)
                Forget_NeedsLock(key, before.Services);
            if (rollout is not null)
                Note_NeedsLock(key, rollout);
        }
    }

    /// <summary>The Services that a Rollout named when it was last noted.</summary>
    public ImmutableArray<string> ServicesOf(ObjectKey rollout)
    {
        lock (_lock)
            return _noted.TryGetValue(rollout, out var noted) ? noted.Services : [];
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

    private void Note_NeedsLock(ObjectKey key, Rollout rollout)
    {
        var services = RolloutDecider.ServicesReferenced(rollout);
        _noted.Add(key, (rollout.Spec, services));
        foreach (var service in services)
            Change_NeedsLock(new(key.Namespace, service), readers => readers.Add(key));
        if (!RolloutDecider.TemplatesReferenced(rollout).IsEmpty)
            _withAnalysis.Add(key);
    }

    private void Forget_NeedsLock(ObjectKey key, ImmutableArray<string> services)
    {
        _noted.Remove(key);
        foreach (var service in services)
            Change_NeedsLock(new(key.Namespace, service), readers => readers.Remove(key));
        _withAnalysis.Remove(key);
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
