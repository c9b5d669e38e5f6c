using System.Net;
using Bascule.Controller.Plugins;
using Bascule.Kube;
using Bascule.Traffic;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Hosting;

/// <summary>How a controller runs (RT-3).</summary>
public sealed record ControllerHostOptions
{
    /// <summary>The name of the lease that candidates compete for; an instance id is appended.</summary>
    private const string LeaseName = "argo-rollouts-controller-lock";

    /// <summary>Where the reference serves metrics by default, but on this machine only (RT-3).</summary>
    public static IPEndPoint DefaultMetrics { get; } = new(IPAddress.Loopback, 8090);

    /// <summary>Where to serve metrics, over plain HTTP at <c>/metrics</c>; null for nowhere (PM rows).</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>Do without metrics when the address cannot be had: a machine may run several controllers, for different clusters.</summary>
    public bool MetricsAreOptional { get; init; }

    /// <summary>The only namespace to look at; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Look only at objects of this instance; null for those of none (RT-1).</summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// This process's unique name among those that compete to be the one that acts; null when it is alone and acts at once.
    /// </summary>
    public string? LeaderIdentity { get; init; }

    /// <summary>The namespace of the lease.</summary>
    public string LeaseNamespace { get; init; } = "argo-rollouts";

    /// <summary>Where Prometheus is for metrics that do not say; null when that is an error (CTL-42).</summary>
    public string? PrometheusAddress { get; init; }

    /// <summary>The kinds of routers that work by objects of the cluster.</summary>
    public RoutingCatalog Routing { get; init; } = RoutingCatalog.BuiltIn;

    /// <summary>How load balancers of AWS are verified; null for not at all (TR-ALB-14). Whoever gives it disposes what it holds.</summary>
    public LoadBalancerChecks? Aws { get; init; }

    /// <summary>Other routers, which write by themselves; their names are none of <see cref="Routing"/>.</summary>
    public IReadOnlyList<ITrafficRouter> OtherRouters { get; init; } = [];

    /// <summary>What does the steps of plugins.</summary>
    public StepPlugins StepPlugins { get; init; } = StepPlugins.None;

    /// <summary>The namespace for the Jobs of job metrics; null for that of each run (MP-JOB-04).</summary>
    public string? JobNamespace { get; init; }

    /// <summary>The cluster for the Jobs of job metrics; null for that of the runs. Whoever gives it disposes it.</summary>
    public IKubeClient? JobCluster { get; init; }

    /// <summary>Rollouts worked on at the same time.</summary>
    public int RolloutWorkers { get; init; } = 10;

    /// <summary>Analysis runs worked on at the same time.</summary>
    public int AnalysisWorkers { get; init; } = 30;

    /// <summary>Experiments worked on at the same time.</summary>
    public int ExperimentWorkers { get; init; } = 10;

    /// <summary>Services worked on at the same time.</summary>
    public int ServiceWorkers { get; init; } = 10;

    /// <summary>How long passes that are under way may take to finish when the controller stops.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The lease.</summary>
    public ObjectKey Lease => new(LeaseNamespace, InstanceId is null ? LeaseName : $"{LeaseName}-{InstanceId}");
}
