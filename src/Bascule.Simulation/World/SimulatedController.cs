using Bascule.Controller;
using Bascule.Controller.Analysis;
using Bascule.Controller.Experiments;
using Bascule.Controller.Hosting;
using Bascule.Controller.Plugins;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Services;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Leader;
using Bascule.Kube.Queue;
using Bascule.Metrics;
using Bascule.Simulation.Faults;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.Server;
using Bascule.Traffic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Simulation.World;

/// <summary>
/// One life of the controller: its own caches, queues and client, all gone at a crash. The reconcilers and the loops are
/// the real ones; only the clock, the network and the threads are not.
/// </summary>
public sealed class SimulatedController : IEventSink, ILeadership
{
    private readonly LaggingCache _cache;
    private readonly FaultyClient _client;
    private readonly List<ReconcileLoop> _loops;
    private readonly ReconcileLoop _rollouts;
    private readonly ReconcileLoop _runs;
    private readonly ReconcileLoop _services;
    private readonly ReconcileLoop _experiments;
    private readonly ExperimentWakeUps _experimentWakeUps = new(instanceId: null);
    private readonly RolloutWakeUps _wakeUps;
    private readonly LaggingWorkloads? _workloads;
    private readonly List<ObjectChange> _listed = [];
    private readonly List<Task> _waiting = [];
    private readonly Action<KubeEvent> _told;

    /// <summary>Another controller leads. This one may not know it yet, but its lease is over.</summary>
    private bool _isOverthrown;

    /// <summary>Starts a life.</summary>
    /// <param name="server">The API.</param>
    /// <param name="router">What shares out traffic.</param>
    /// <param name="metrics">What measurements answer.</param>
    /// <param name="time">Virtual time.</param>
    /// <param name="random">Decides about faults and jitter.</param>
    /// <param name="faults">What goes wrong between the controller and the API.</param>
    /// <param name="afterWrite">Told of each write that took effect, before the controller hears of it; true for one to the API, false for routes.</param>
    /// <param name="told">Hears the events that the controller emits.</param>
    public SimulatedController(
        SimulatedServer server,
        ITrafficRouter router,
        IMetricProviders metrics,
        TimeProvider time,
        Random random,
        IFaults faults,
        Action<SimulatedController, bool> afterWrite,
        Action<KubeEvent> told)
    {
        _told = told;

        // The first listing fills the cache before the wake-ups, which read it, can exist.
        _cache = new LaggingCache(server, RolloutObserver.Types, Notice);
        _wakeUps = new RolloutWakeUps(_cache, instanceId: null);
        _client = new FaultyClient(server, faults, () => afterWrite(this, true));
        var tracked = new WriteTracker(new FencedClient(_client, this, time), _cache);

        // Also where the Deployment that is named is gone for a while: it may come back.
        if (server.All(ResourceTypes.Deployments).Count > 0 || server.All(ArgoResources.Rollouts).Any(r => r.As(RolloutFacts.Read).Workload.Length > 0))
            _workloads = new LaggingWorkloads(server, tracked, key => _rollouts?.Enqueue(key));
        var rollouts = new RolloutReconciler(tracked, _cache, new TrafficRouters(new FaultyRouter(router, _client, this, () => afterWrite(this, false))), StepPlugins.None, this, time, NullLogger<RolloutReconciler>.Instance, workloads: _workloads);
        var runs = new AnalysisRunReconciler(tracked, _cache, metrics, this, time, NullLogger<AnalysisRunReconciler>.Instance);
        var services = new ServiceReconciler(tracked, _cache, NullLogger<ServiceReconciler>.Instance);
        _rollouts = Loop("Rollout", rollouts, time, random);
        _runs = Loop("AnalysisRun", runs, time, random);

        // With jitters of their own: most runs never use these loops, and draw what they drew without them.
        _services = Loop("Service", services, time, new Random((int)server.Version));
        var experiments = new ExperimentReconciler(tracked, _cache, this, time, NullLogger<ExperimentReconciler>.Instance);
        _experiments = Loop("Experiment", experiments, time, new Random((int)server.Version));
        _loops = [_rollouts, _runs, _services, _experiments];
        foreach (var change in _listed)
            Notice(change);
        _listed.Clear();
        foreach (var service in _cache.List(ResourceTypes.Services, null).Where(ServiceReconciler.IsManaged))
            EnqueueUnnamed(service.Key);
    }

    /// <summary>What the controller knows.</summary>
    public LaggingCache Cache => _cache;

    /// <summary>The Deployments that it knows; null where there are none.</summary>
    internal LaggingWorkloads? Workloads => _workloads;

    /// <summary>Some change has still to arrive.</summary>
    public bool IsBehind => _cache.IsBehind || _workloads is { IsBehind: true };

    /// <summary>The process is gone; start another life.</summary>
    public bool IsDead => _client.IsDead;

    /// <inheritdoc/>
    public TimeSpan? TimeToWrite => _isOverthrown ? null : Timeout.InfiniteTimeSpan;

    /// <summary>Writes of this life that took effect.</summary>
    public long Writes => _client.Writes;

    /// <summary>How often it looked at something.</summary>
    public long Reconciles => _loops.Sum(l => l.Reconciles);

    /// <summary>A pass waits for an answer that takes time, such as a measurement.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>How long until it looks at the Rollout by itself; null for never.</summary>
    public TimeSpan? LooksAtRolloutIn => _rollouts.NextWakeUpIn;

    /// <summary>How long until a loop wants to look at something by itself; null for never.</summary>
    public TimeSpan? NextWakeUpIn
    {
        get
        {
            TimeSpan? next = null;
            foreach (var loop in _loops)
            {
                if (loop.NextWakeUpIn is { } wakeUp && !(next <= wakeUp))
                    next = wakeUp;
            }

            return next;
        }
    }

    /// <summary>Another controller leads from here on.</summary>
    public void Overthrow() => _isOverthrown = true;

    /// <summary>Hears of nothing any more: it is gone.</summary>
    public void Stop()
    {
        _cache.Stop();
        _workloads?.Stop();
    }

    /// <summary>The process ends here.</summary>
    public void Kill() => _client.Kill();

    /// <summary>Looks at one key, if any is due.</summary>
    /// <param name="first">The loop that goes first, as threads may have it.</param>
    public bool ReconcileOne(int first)
    {
        _waiting.RemoveAll(t => t.IsCompleted);
        for (var i = 0; i < _loops.Count; i++)
        {
            var pass = _loops[(first + i) % _loops.Count].RunOneAsync(CancellationToken.None);
            if (!pass.IsCompleted)
            {
                _waiting.Add(pass);
                return true;
            }

            if (pass.GetAwaiter().GetResult())
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Record(KubeEvent value) => _told(value);

    private static ReconcileLoop Loop(string kind, IReconciler reconciler, TimeProvider time, Random random) => new(
        new ReconcileLoopOptions(kind), reconciler, time, random, NullLogger<ReconcileLoop>.Instance);

    private void Notice(ObjectChange change)
    {
        if (_wakeUps is null)
        {
            _listed.Add(change);
            return;
        }

        var named = change.Type == ArgoResources.Rollouts ? _wakeUps.References.ServicesOf(change.Key) : [];
        if (change.Type == ArgoResources.Rollouts)
            _workloads?.Note(change.Key, change.New);
        foreach (var key in _wakeUps.For(change))
            _rollouts.Enqueue(key);
        if (change.Type == ArgoResources.AnalysisRuns)
            _runs.Enqueue(change.Key);
        if (_experimentWakeUps.For(change) is { } experiment)
            _experiments.Enqueue(experiment);
        foreach (var name in named)
            EnqueueUnnamed(new ObjectKey(change.Key.Namespace, name));
    }

    /// <summary>A Service that some Rollout names would be looked at in vain.</summary>
    private void EnqueueUnnamed(ObjectKey service)
    {
        if (_wakeUps.References.ReadersOf(service).IsEmpty)
            _services.Enqueue(service);
    }
}
