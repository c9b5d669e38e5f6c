using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Hosting;

/// <summary>The loops of a controller that acts, one per kind.</summary>
/// <param name="rollouts">The loop of Rollouts.</param>
/// <param name="analysisRuns">The loop of analysis runs.</param>
internal sealed class ReconcileLoops(ReconcileLoop rollouts, ReconcileLoop analysisRuns) : IAsyncDisposable
{
    /// <summary>The loop of Rollouts.</summary>
    public ReconcileLoop Rollouts { get; } = rollouts;

    /// <summary>The loop of analysis runs.</summary>
    public ReconcileLoop AnalysisRuns { get; } = analysisRuns;

    /// <summary>Looks at everything once and starts the workers.</summary>
    public void Start(IObjectCache cache)
    {
        foreach (var rollout in cache.List(ArgoResources.Rollouts, null))
            Rollouts.Enqueue(rollout.Key);
        foreach (var run in cache.List(ArgoResources.AnalysisRuns, null))
            AnalysisRuns.Enqueue(run.Key);
        Rollouts.Start();
        AnalysisRuns.Start();
    }

    /// <summary>Looks at what a change concerns.</summary>
    /// <param name="change">What changed.</param>
    /// <param name="rollouts">The Rollouts that it concerns.</param>
    public void Wake(ObjectChange change, IEnumerable<ObjectKey> rollouts)
    {
        foreach (var key in rollouts)
            Rollouts.Enqueue(key);
        if (change.Type == ArgoResources.AnalysisRuns && change.New is not null)
            AnalysisRuns.Enqueue(change.Key);
    }

    /// <summary>Takes nothing new and lets passes that are under way finish.</summary>
    public Task StopAsync(TimeSpan drain) => Task.WhenAll(Rollouts.StopAsync(drain), AnalysisRuns.StopAsync(drain));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Rollouts.DisposeAsync();
        await AnalysisRuns.DisposeAsync();
    }
}
