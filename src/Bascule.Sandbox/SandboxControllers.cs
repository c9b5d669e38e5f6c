using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Events;
using Bascule.Kube.Queue;
using Bascule.Sandbox.Gateway;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Sources;
using Bascule.Sandbox.Network;
using Bascule.Sandbox.Runtime;
using Bascule.Sandbox.Workloads;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox;

/// <summary>The informers of a sandbox, its controllers' loops, and which change wakes which loop.</summary>
internal sealed class SandboxControllers : IAsyncDisposable
{
    private static readonly ResourceType[] s_types =
    [
        ResourceTypes.Namespaces, ResourceTypes.ServiceAccounts, ResourceTypes.Deployments, ResourceTypes.ReplicaSets,
        ResourceTypes.Jobs, ResourceTypes.Pods, ResourceTypes.Services, ResourceTypes.Endpoints, ResourceTypes.EndpointSlices,
        ResourceTypes.HorizontalPodAutoscalers,
    ];

    private readonly List<ReconcileLoop> loops = [];
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly ILoggerFactory loggers;

    /// <summary>Makes them; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <param name="client">The API.</param>
    /// <param name="events">Where events go.</param>
    /// <param name="options">Clock, randomness and logs.</param>
    /// <param name="gateway">What serves routes; null when nothing does.</param>
    /// <param name="targets">What autoscalers scale.</param>
    /// <param name="makeRuntime">Makes the runtime, given who knows the routes.</param>
    public SandboxControllers(IKubeClient client, IEventSink events, SandboxOptions options, GatewayHost? gateway, ScaleTargets targets, Func<IRoutes, IPodRuntime> makeRuntime)
    {
        (time, random, loggers) = (options.TimeProvider, options.Random, options.LoggerFactory);
        Cache = new InformerCache(client, time, new Random(random.Next()), loggers.CreateLogger<InformerCache>());
        foreach (var type in s_types)
            Cache.Add(type, InformerOptions.All);
        Proxy = new ServiceProxy(Cache, events, new Random(random.Next()));
        var directory = new BackendDirectory(Cache);
        Runtime = makeRuntime(gateway is null ? Proxy.Routed : new AllRoutes([Proxy.Routed, directory.Routed]));
        var tracked = new WriteTracker(client, Cache);
        var proxy = Loop("service-proxy", Proxy);
        // Slices are written under an optimistic lock and repair themselves, so these two need not wait for their own
        // writes: the next pod is routed as soon as it is ready.
        var slices = Loop("endpointslice", new EndpointSliceController(client, Cache));
        var endpoints = Loop("endpoints", new EndpointsController(client, Cache));
        var sets = Loop("replicaset", new ReplicaSetController(tracked, Cache, events, time));
        var deployments = Loop("deployment", new DeploymentController(tracked, Cache, events, time));
        var jobs = Loop("job", new JobController(tracked, Cache, events, time));
        var autoscalers = Loop("horizontalpodautoscaler", new AutoscalerController(client, Cache, targets, events, time));
        var scheduler = Loop("scheduler", new PodScheduler(client, Cache, events));
        var accounts = Loop("serviceaccount", new ServiceAccountController(client, Cache));
        var triggers = new WorkloadTriggers(Cache);
        Wake(ResourceTypes.Namespaces, accounts, c => [c.Key]);
        Wake(ResourceTypes.ServiceAccounts, accounts, c => c.New is null && c.Key.Namespace is { } name ? [new ObjectKey(null, name)] : []);
        Wake(ResourceTypes.Deployments, deployments, c => [c.Key]);
        Wake(ResourceTypes.ReplicaSets, sets, c => [c.Key]);
        Wake(ResourceTypes.ReplicaSets, deployments, triggers.DeploymentsForSet);
        Wake(ResourceTypes.Jobs, jobs, c => [c.Key]);
        Wake(ResourceTypes.HorizontalPodAutoscalers, autoscalers, c => [c.Key]);
        Cache.OnChange(ResourceTypes.Pods, Run);
        Wake(ResourceTypes.Pods, scheduler, c => c.New is { } pod && PodScheduler.IsWaiting(pod) ? [c.Key] : []);
        Wake(ResourceTypes.Pods, slices, triggers.ServicesForPod);
        Wake(ResourceTypes.Pods, endpoints, triggers.ServicesForPod);
        Wake(ResourceTypes.Pods, sets, triggers.SetsForPod);
        Wake(ResourceTypes.Pods, deployments, triggers.DeploymentsForPod);
        Wake(ResourceTypes.Pods, jobs, WorkloadTriggers.JobsForPod);
        Wake(ResourceTypes.Services, slices, c => [c.Key]);
        Wake(ResourceTypes.Services, endpoints, c => [c.Key]);
        Wake(ResourceTypes.Services, proxy, c => [c.Key]);
        Wake(ResourceTypes.EndpointSlices, proxy, WorkloadTriggers.ServiceForSlice);
        Wake(ResourceTypes.EndpointSlices, slices, WorkloadTriggers.ServiceForSlice);
        Wake(ResourceTypes.Endpoints, endpoints, c => [c.Key]);
        if (gateway is not null)
            AddGateway(gateway, directory, client, events, triggers);
    }

    /// <summary>What the controllers see.</summary>
    public InformerCache Cache { get; }

    private ServiceProxy Proxy { get; }

    private IPodRuntime Runtime { get; }

    /// <summary>Starts everything; the task completes when the caches are filled.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Cache.Start();
        await Cache.WaitForSyncAsync(cancellationToken);
        foreach (var loop in loops)
            loop.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var loop in loops)
            await loop.DisposeAsync();
        await Cache.DisposeAsync();
        await Runtime.DisposeAsync();
        Proxy.Dispose();
    }

    private void AddGateway(GatewayHost gateway, BackendDirectory directory, IKubeClient client, IEventSink events, WorkloadTriggers triggers)
    {
        var statuses = new RouteStatuses(client, gateway.Address, time);
        var routes = Loop("gateway-routes", new RouteCompiler(Cache, directory, gateway.Handler, statuses, events, new Random(random.Next())));
        var backends = Loop("gateway-backends", directory);
        foreach (var type in RouteSources.Types)
        {
            if (!Cache.Holds(type))
                Cache.Add(type, InformerOptions.All);
            Wake(type, routes, c => RouteCompiler.Matters(c) ? [RouteCompiler.Key] : []);
        }

        // A reference to a Service resolves as soon as there is one. Its namespace's labels may let a route in.
        Wake(ResourceTypes.Services, routes, c => c.Old is null || c.New is null ? [RouteCompiler.Key] : []);
        Wake(ResourceTypes.Namespaces, routes, c => RouteCompiler.Matters(c) ? [RouteCompiler.Key] : []);
        Wake(ResourceTypes.Services, backends, c => [c.Key]);
        Wake(ResourceTypes.EndpointSlices, backends, WorkloadTriggers.ServiceForSlice);
        // Subsets are chosen by the pods' labels, which no slice has.
        Wake(ResourceTypes.Pods, backends, triggers.ServicesForPod);
    }

    private ReconcileLoop Loop(string name, IReconciler reconciler)
    {
        var loop = new ReconcileLoop(new ReconcileLoopOptions(name), reconciler, time, new Random(random.Next()), loggers.CreateLogger<ReconcileLoop>());
        loops.Add(loop);
        return loop;
    }

    private void Wake(ResourceType type, ReconcileLoop loop, Func<ObjectChange, IEnumerable<ObjectKey>> keys) =>
        Cache.OnChange(type, change =>
        {
            foreach (var key in keys(change))
                loop.Enqueue(key);
        });

    private void Run(ObjectChange change)
    {
        if (change.Old is { } old && old.Uid != change.New?.Uid)
            Runtime.Forget(old);
        if (change.New is { } pod && !string.IsNullOrEmpty(pod.Root.At("spec").Text("nodeName")))
            Runtime.Observe(pod);
    }
}
