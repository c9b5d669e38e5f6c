using Bascule.Controller;
using Bascule.Controller.Analysis;
using Bascule.Controller.Hosting;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Queue;
using Bascule.Metrics;
using Bascule.Sandbox.Storage;
using Bascule.Simulation.Faults;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Simulation.World;

/// <summary>
/// One life of the controller: its own caches, queues and client, all gone at a crash. The reconcilers and the loops are
/// the real ones; only the clock, the network and the threads are not.
/// </summary>
public sealed class SimulatedController : IEventSink
{
    private readonly LaggingCache _cache;
    private readonly FaultyClient _client;
    private readonly ReconcileLoop _rollouts;
    private readonly ReconcileLoop _runs;
    private readonly RolloutWakeUps _wakeUps;
    private readonly List<ObjectChange> _listed = [];

    /// <summary>Starts a life.</summary>
    /// <param name="store">The cluster's store.</param>
    /// <param name="client">The API.</param>
    /// <param name="metrics">What measurements answer.</param>
    /// <param name="time">Virtual time.</param>
    /// <param name="random">Decides about faults and jitter.</param>
    /// <param name="plan">The faults, asked at each call.</param>
    /// <param name="afterWrite">Told of each write.</param>
    public SimulatedController(
        Store store, IKubeClient client, IMetricProviders metrics, TimeProvider time, Random random, Func<FaultPlan> plan, Action afterWrite)
    {
        // The first listing fills the cache before the wake-ups, which read it, can exist.
        _cache = new LaggingCache(store, RolloutObserver.Types, change => Notice(change));
        _wakeUps = new RolloutWakeUps(_cache, instanceId: null);
        _client = new FaultyClient(client, random, plan, afterWrite);
        var tracked = new WriteTracker(_client, _cache);
        var rollouts = new RolloutReconciler(tracked, _cache, this, time, NullLogger<RolloutReconciler>.Instance);
        var runs = new AnalysisRunReconciler(tracked, _cache, metrics, this, time, NullLogger<AnalysisRunReconciler>.Instance);
        _rollouts = Loop("Rollout", rollouts, time, random);
        _runs = Loop("AnalysisRun", runs, time, random);
        foreach (var change in _listed)
            Notice(change);
        _listed.Clear();
    }

    /// <summary>What the controller knows.</summary>
    public LaggingCache Cache => _cache;

    /// <summary>The process is gone; start another life.</summary>
    public bool IsDead => _client.IsDead;

    /// <summary>Writes of this life that took effect.</summary>
    public long Writes => _client.Writes;

    /// <summary>How long until a loop wants to look at something by itself; null for never.</summary>
    public TimeSpan? NextWakeUpIn => Earliest(_rollouts.NextWakeUpIn, _runs.NextWakeUpIn);

    /// <summary>Looks at one key, if any is due.</summary>
    /// <param name="preferRuns">Whether analysis runs come before Rollouts, as other threads may have it.</param>
    /// <param name="cancellationToken">Cancels the pass.</param>
    public async Task<bool> ReconcileOneAsync(bool preferRuns, CancellationToken cancellationToken) => preferRuns
        ? await _runs.RunOneAsync(cancellationToken) || await _rollouts.RunOneAsync(cancellationToken)
        : await _rollouts.RunOneAsync(cancellationToken) || await _runs.RunOneAsync(cancellationToken);

    /// <inheritdoc/>
    public void Record(KubeEvent value)
    {
        // Events tell people; nothing in the simulation listens.
    }

    private static ReconcileLoop Loop(string kind, IReconciler reconciler, TimeProvider time, Random random) => new(
        new ReconcileLoopOptions(kind), reconciler, time, random, NullLogger<ReconcileLoop>.Instance);

    private void Notice(ObjectChange change)
    {
        if (_wakeUps is null)
        {
            _listed.Add(change);
            return;
        }

        foreach (var key in _wakeUps.For(change))
            _rollouts.Enqueue(key);
        if (change.Type == ArgoResources.AnalysisRuns)
            _runs.Enqueue(change.Key);
    }

    private static TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;
}
