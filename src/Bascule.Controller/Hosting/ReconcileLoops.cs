using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Controller.Services;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Hosting;

/// <summary>The loops of a controller that acts, one per kind.</summary>
/// <param name="rollouts">The loop of Rollouts.</param>
/// <param name="analysisRuns">The loop of analysis runs.</param>
/// <param name="experiments">The loop of Experiments.</param>
/// <param name="services">The loop of Services.</param>
internal sealed class ReconcileLoops(ReconcileLoop rollouts, ReconcileLoop analysisRuns, ReconcileLoop experiments, ReconcileLoop services) : IAsyncDisposable
{
    private readonly ImmutableArray<ReconcileLoop> _all = [rollouts, analysisRuns, experiments, services];

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
