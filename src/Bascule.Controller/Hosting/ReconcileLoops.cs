using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Services;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Queue;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Hosting;

/// <summary>The loops of a controller that acts, one per kind.</summary>
/// <param name="rollouts">The loop of Rollouts.</param>
/// <param name="analysisRuns">The loop of analysis runs.</param>
/// <param name="experiments">The loop of Experiments.</param>
/// <param name="services">The loop of Services.</param>
/// <param name="managed">A loop for each kind of routing objects that are given back.</param>
internal sealed class ReconcileLoops(
    ReconcileLoop rollouts, ReconcileLoop analysisRuns, ReconcileLoop experiments, ReconcileLoop services, ImmutableArray<(ManagedObjects Kind, ReconcileLoop Loop)> managed) : IAsyncDisposable
{
    private readonly ImmutableArray<ReconcileLoop> _all = [rollouts, analysisRuns, experiments, services, .. managed.Select(m => m.Loop)];

    /// <summary>The loops by the names that their queues have in metrics (PM-29).</summary>
    public ImmutableArray<(string Name, ReconcileLoop Loop)> ByQueue { get; } =
        [("Rollouts", rollouts), ("AnalysisRuns", analysisRuns), ("Experiments", experiments), ("Services", services)];

    /// <summary>How often anything was looked at.</summary>
    public long Reconciles => _all.Sum(l => l.Reconciles);

    /// <summary>Looks at everything once and starts the workers.</summary>
    public void Start(IObjectCache cache)
    {
        foreach (var rollout in cache.List(ArgoResources.Rollouts, null))
            rollouts.Enqueue(rollout.Key);
        foreach (var run in cache.List(ArgoResources.AnalysisRuns, null))
            analysisRuns.Enqueue(run.Key);
        foreach (var experiment in cache.List(ArgoResources.Experiments, null))
            experiments.Enqueue(experiment.Key);
        foreach (var service in cache.List(ResourceTypes.Services, null).Where(ServiceReconciler.IsManaged))
            services.Enqueue(service.Key);
        foreach (var loop in _all)
            loop.Start();
    }

    /// <summary>Looks at a Rollout.</summary>
    public void Wake(ObjectKey rollout) => rollouts.Enqueue(rollout);

    /// <summary>Looks at the routing objects that say they are managed, so that those whose Rollout went while nobody acted are given back.</summary>
    /// <param name="client">The cluster; kinds that it does not serve have no objects.</param>
    /// <param name="namespace">The only namespace to look at; null for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="KubeException">The server does not answer, or lets nobody read them.</exception>
    public async Task ReviewAsync(IKubeClient client, string? @namespace, CancellationToken cancellationToken)
    {
        foreach (var (kind, loop) in managed)
        {
            try
            {
                foreach (var found in (await client.ListAsync(kind.Type, @namespace, ListOptions.All, cancellationToken)).Items.Where(o => kind.ManagersOf(o).Any()))
                    loop.Enqueue(found.Key);
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // The cluster has no such kind.
            }
        }
    }

    /// <summary>Looks at the routing objects that a change of a Rollout leaves without it.</summary>
    public void WakeLeft(ObjectChange rollout)
    {
        foreach (var (kind, loop) in managed)
        {
            var left = NamedBy(kind, rollout.Old).Except(NamedBy(kind, rollout.New));
            foreach (var name in left)
                loop.Enqueue(new(rollout.Key.Namespace, name));
        }
    }

    private static IEnumerable<string> NamedBy(ManagedObjects kind, KubeObject? rollout) => rollout is null ? [] : kind.NamedBy(rollout.AsRollout());

    /// <summary>Looks at what a change concerns.</summary>
    /// <param name="change">What changed.</param>
    /// <param name="woken">The Rollouts that it concerns.</param>
    /// <param name="experiment">The Experiment that it concerns; null for none.</param>
    /// <param name="dropped">The Services that it leaves without a Rollout.</param>
    public void Wake(ObjectChange change, IEnumerable<ObjectKey> woken, ObjectKey? experiment, IEnumerable<ObjectKey> dropped)
    {
        foreach (var key in woken)
            rollouts.Enqueue(key);
        if (experiment is { } found)
            experiments.Enqueue(found);
        foreach (var key in dropped)
            services.Enqueue(key);
        if (change is { New: { } current })
        {
            if (change.Type == ArgoResources.AnalysisRuns)
                analysisRuns.Enqueue(change.Key);
            else if (change.Type == ResourceTypes.Services && ServiceReconciler.IsManaged(current) && change.Old is { } old && !ServiceReconciler.IsManaged(old))
                services.Enqueue(change.Key);
        }
    }

    /// <summary>Looks at the run that a Job measures for (KEY-12).</summary>
    public void WakeRunOf(KubeObject job)
    {
        if (job.Annotations.TryGetValue(Annotations.AnalysisRunName, out var name) && job.Annotations.TryGetValue(Annotations.AnalysisRunNamespace, out var @namespace))
            analysisRuns.Enqueue(new(@namespace, name));
    }

    /// <summary>Takes nothing new and lets passes that are under way finish.</summary>
    public Task StopAsync(TimeSpan drain) => Task.WhenAll(_all.Select(l => l.StopAsync(drain)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _all)
            await loop.DisposeAsync();
    }
}
