using System.Collections.Immutable;
using System.Net;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Controller.Analysis;
using Bascule.Controller.Experiments;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Services;
using Bascule.Controller.Telemetry;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Leader;
using Bascule.Kube.Queue;
using Bascule.Traffic;
using Bascule.Traffic.Alb;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Hosting;

/// <summary>
/// The controller as a running thing: informers keep a cache, changes wake keys, loops reconcile them, one process of
/// several acts. Starts once; disposing it stops it in two steps: passes under way finish, then everything else ends.
/// </summary>
public sealed partial class ControllerHost : IAsyncDisposable
{
    /// <summary>The component that events name.</summary>
    private const string Component = "rollouts-controller";

    /// <summary>What is cached.</summary>
    private static readonly ImmutableArray<ResourceType> s_types = [.. RolloutObserver.Types.Union(ExperimentObserver.Types)];

    private readonly IKubeClient _client;

    /// <summary>Writes whatever only the process that acts may write; <see cref="_client"/> where no other competes.</summary>
    private readonly IKubeClient _writer;
    private readonly LeaderElector? _elector;
    private readonly ControllerHostOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly InformerCache _cache;
    private readonly EventRecorder _events;
    private readonly RolloutWakeUps _wakeUps;
    private readonly ExperimentWakeUps _experimentWakeUps;
    private readonly MetricSources _sources;
    private readonly ControllerMetrics _metrics;
    private readonly WorkloadInformers _workloads;
    private readonly RoutingInformers _routing;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Set while this process acts; changes that arrive without it are not lost, because acting begins with a look at everything.</summary>
    private ReconcileLoops? _loops;
    private Task _acting = Task.CompletedTask;
    private MetricsServer? _metricsServer;

    /// <summary>Prepares a controller; nothing is sent yet.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="options">How to run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Seeds jitter and names.</param>
    /// <param name="loggers">Where its parts log.</param>
    public ControllerHost(IKubeClient client, ControllerHostOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        var requests = new RequestSeries(ControllerMetrics.Named);
        _client = client = new CountingClient(client, requests);
        _options = options;
        _time = time;
        _random = random;
        _loggers = loggers;
        _logger = loggers.CreateLogger<ControllerHost>();
        _elector = options.LeaderIdentity is { } identity
            ? new LeaderElector(client, new LeaderElectorOptions(options.Lease, identity), time, NextRandom(), loggers.CreateLogger<LeaderElector>())
            : null;
        _writer = _elector is null ? client : new FencedClient(client, _elector, time);
        _cache = new InformerCache(client, time, NextRandom(), loggers.CreateLogger<InformerCache>());
        _events = new EventRecorder(client, Component, time, NextRandom(), loggers.CreateLogger<EventRecorder>());
        _metrics = new ControllerMetrics(_cache, requests, _events, time);
        _wakeUps = new RolloutWakeUps(_cache, options.InstanceId);
        _experimentWakeUps = new ExperimentWakeUps(options.InstanceId);
        _workloads = new WorkloadInformers(
            client, options.Namespace, time, NextRandom(), loggers.CreateLogger<InformerCache>(), key => Volatile.Read(ref _loops)?.Wake(key));
        _routing = new RoutingInformers(
            client, options.Routing, options.Namespace, time, NextRandom(), loggers.CreateLogger<InformerCache>(), key => Volatile.Read(ref _loops)?.Wake(key));
        _sources = new MetricSources(_writer, _cache, options, time);
        foreach (var type in s_types)
        {
            _cache.Add(type, Informer(type));
            _cache.OnChange(type, OnChange);
        }

        if (options.JobCluster is not null)
            return;
        // Only those of job metrics; what else runs in the cluster is nobody's business here.
        _cache.Add(ResourceTypes.Jobs, new InformerOptions { Namespace = options.JobNamespace ?? options.Namespace, LabelSelector = Labels.AnalysisRunUid });
        _cache.OnChange(ResourceTypes.Jobs, change => Volatile.Read(ref _loops)?.WakeRunOf(change.Current));
    }

    /// <summary>What the controller knows of the cluster.</summary>
    public IObjectCache Cache => _cache;

    /// <summary>True while this process is the one that acts.</summary>
    public bool IsActing => Volatile.Read(ref _loops) is not null;

    /// <summary>Where metrics are served, with the port that was bound; null when they are not.</summary>
    public Uri? MetricsAddress => _metricsServer?.Address;

    /// <summary>How often anything was looked at since this process began to act.</summary>
    public long Reconciles => Volatile.Read(ref _loops)?.Reconciles ?? 0;

    /// <summary>Ends without an error when the controller is stopped, and with one when it can act no more.</summary>
    public Task Completion => _acting;

    /// <summary>
    /// Reads the cluster and begins to act, or to compete for that. Returns when the cache is filled.
    /// </summary>
    /// <exception cref="KubeException">The server refused, for example because the custom resources are not installed.</exception>
    /// <exception cref="AddressTakenException">Metrics cannot be served where they must be.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Metrics is { } address)
            await ServeMetricsAsync(address, cancellationToken);
        // Informers retry for ever what the server does not know; a missing CRD is better said at once.
        foreach (var type in s_types)
            await _client.ListAsync(type, type.Namespaced ? _options.Namespace : null, new ListOptions { FieldSelector = "metadata.name=none" }, cancellationToken);
        _cache.Start();
        await _cache.WaitForSyncAsync(cancellationToken);
        _acting = _elector is null ? ActAsync(_stopping.Token) : CompeteAsync(_elector);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _acting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cache.DisposeAsync();
        await _workloads.DisposeAsync();
        await _routing.DisposeAsync();
        await _events.DisposeAsync();
        if (_metricsServer is not null)
            await _metricsServer.DisposeAsync();
        _sources.Dispose();
        _stopping.Dispose();
    }

    /// <summary>From the start on, also while another process acts (CTL-51).</summary>
    private async Task ServeMetricsAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            _metricsServer = await MetricsServer.StartAsync(
                address, (output, stop) => _metrics.WriteAsync(output, Volatile.Read(ref _loops)?.ByQueue ?? [], stop), _time, cancellationToken);
        }
        catch (AddressTakenException e) when (_options.MetricsAreOptional)
        {
            Log.NoMetrics(_logger, e.Message);
        }
    }

    private async Task CompeteAsync(LeaderElector elector)
    {
        while (!_stopping.IsCancellationRequested)
            await elector.RunAsync(ActAsync, _stopping.Token);
    }

    private async Task ActAsync(CancellationToken cancellationToken)
    {
        await using var loops = NewLoops();
        Volatile.Write(ref _loops, loops);
        loops.Start(_cache);
        Log.Acting(_logger, _options.Namespace ?? "all namespaces");
        await ReviewAsync(loops, cancellationToken);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(ended.SetResult))
            await ended.Task;
        Volatile.Write(ref _loops, null);
        await loops.StopAsync(_options.Drain);
        Log.Stopped(_logger);
    }

    private async Task ReviewAsync(ReconcileLoops loops, CancellationToken cancellationToken)
    {
        try
        {
            await loops.ReviewAsync(_client, _options.Namespace, cancellationToken);
        }
        catch (KubeException e)
        {
            Log.NotReviewed(_logger, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ends before it has begun.
        }
    }

    private ReconcileLoops NewLoops()
    {
        var client = new WriteTracker(_writer, _cache);
        var routingClient = new WriteTracker(_writer, _routing);
        var routers = new TrafficRouters(_options.Routing.On(_routing, routingClient, _metrics.Events, _options.Aws).Concat(_options.OtherRouters));
        var targets = _options.Aws is null ? null : new TargetGroupCheck(_options.Aws, _client, _options.Routing.Types.TargetGroupBindings, _metrics.Events);
        var rollouts = new RolloutReconciler(
            client, _cache, routers, _options.StepPlugins, _metrics.Events, _time, _loggers.CreateLogger<RolloutReconciler>(), _options.InstanceId, _workloads, _routing, targets);
        var runs = new AnalysisRunReconciler(
            client, _cache, _sources.Providers, _metrics.Events, _time, _loggers.CreateLogger<AnalysisRunReconciler>());
        var experiments = new ExperimentReconciler(client, _cache, _metrics.Events, _time, _loggers.CreateLogger<ExperimentReconciler>(), _options.InstanceId);
        var services = new ServiceReconciler(client, _cache, _loggers.CreateLogger<ServiceReconciler>());
        return new ReconcileLoops(
            Loop("Rollout", _options.RolloutWorkers, rollouts, _metrics.Rollouts),
            Loop("AnalysisRun", _options.AnalysisWorkers, runs, _metrics.AnalysisRuns),
            Loop("Experiment", _options.ExperimentWorkers, experiments, _metrics.Experiments),
            Loop("Service", _options.ServiceWorkers, services),
            [.. _options.Routing.Managed.Select(kind => (kind, Loop(kind.Type.Kind, 1, new RoutingObjectReconciler(kind, _writer, _cache, _loggers.CreateLogger<RoutingObjectReconciler>()))))]);
    }

    private ReconcileLoop Loop(string kind, int workers, IReconciler reconciler, IReconcileObserver? observer = null) => new(
        new ReconcileLoopOptions(kind) { Workers = workers, Observer = observer }, reconciler, _time, NextRandom(), _loggers.CreateLogger<ReconcileLoop>());

    private void OnChange(ObjectChange change)
    {
        _metrics.Note(change, IsActing);
        // References are noted even while another process acts.
        var named = change.Type == ArgoResources.Rollouts ? _wakeUps.References.ServicesOf(change.Key) : [];
        if (change.Type == ArgoResources.Rollouts)
        {
            _workloads.Note(change.Key, change.New);
            _routing.Note(change.Key, change.New);
        }

        var woken = _wakeUps.For(change);
        if (change.Type == ArgoResources.Rollouts)
            TellOfArrivalAndEnd(change);
        var dropped = named.Except(_wakeUps.References.ServicesOf(change.Key)).Select(s => new ObjectKey(change.Key.Namespace, s));
        var loops = Volatile.Read(ref _loops);
        loops?.Wake(change, woken, _experimentWakeUps.For(change), dropped);
        if (change.Type == ArgoResources.Rollouts)
            loops?.WakeLeft(change);
    }

    /// <summary>EV-1 and EV-21. A Rollout that has a status was welcomed before this process started.</summary>
    private void TellOfArrivalAndEnd(ObjectChange change)
    {
        if (!Instances.IsOurs(change.Current, _options.InstanceId))
            return;
        if (change is { Old: null, New: { } added } && added.Root.Member("status").Text("observedGeneration") is null)
            Tell(added, EventReasons.AddedToInformer, $"Rollout resource added to informer: {added.Namespace}/{added.Name}");
        else if (change is { Old: { } gone, New: null })
            Tell(gone, EventReasons.Deleted, $"Rollout {gone.Name}/{gone.Namespace} is deleted.");
    }

    private void Tell(KubeObject rollout, string reason, string message)
    {
        if (IsActing || _elector is null)
            _metrics.Events.Record(new KubeEvent(ObjectReference.To(ArgoResources.Rollouts, rollout), EventSeverity.Normal, reason, message));
    }

    private InformerOptions Informer(ResourceType type) => new()
    {
        Namespace = type.Namespaced ? _options.Namespace : null,
        LabelSelector = type == ResourceTypes.ReplicaSets ? Labels.PodTemplateHash
            : type == ArgoResources.Rollouts || type == ArgoResources.AnalysisRuns || type == ArgoResources.Experiments ? Instances.Selector(_options.InstanceId)
            : null,
    };

    /// <summary>A source of its own for each part, because sources are not thread-safe.</summary>
    private Random NextRandom() => new(_random.Next());

    private static partial class Log
    {
        [LoggerMessage(2100, LogLevel.Information, "Controller acts on {Scope}")]
        public static partial void Acting(ILogger logger, string scope);

        [LoggerMessage(2101, LogLevel.Information, "Controller stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(2103, LogLevel.Information, "Routing objects that nobody manages any more are not looked for: {Problem}")]
        public static partial void NotReviewed(ILogger logger, string problem);

        [LoggerMessage(2102, LogLevel.Information, "Going on without metrics: {Problem}")]
        public static partial void NoMetrics(ILogger logger, string problem);
    }
}
