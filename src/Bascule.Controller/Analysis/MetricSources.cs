using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Metrics;
using Bascule.Metrics.Jobs;
using Bascule.Metrics.Prometheus;

namespace Bascule.Controller.Analysis;

/// <summary>The metric providers of a controller, and the connections that they own.</summary>
internal sealed class MetricSources : IDisposable
{
    private readonly PrometheusProvider _prometheus;

    /// <summary>Makes the providers.</summary>
    /// <param name="client">The cluster of the runs.</param>
    /// <param name="cache">Holds Services, and Jobs unless they run in another cluster.</param>
    /// <param name="options">Where Prometheus is, and where Jobs run.</param>
    /// <param name="time">The clock.</param>
    public MetricSources(IKubeClient client, IObjectCache cache, ControllerHostOptions options, TimeProvider time)
    {
        _prometheus = new PrometheusProvider(time, options.PrometheusAddress, new ServiceAddresses(cache));
        var jobs = new JobProviderOptions
        {
            Namespace = options.JobNamespace,
            IsAnotherCluster = options.JobCluster is not null,
            Cache = options.JobCluster is null ? cache : null,
        };
        Providers = new MetricProviders(_prometheus, new JobProvider(options.JobCluster ?? client, jobs, time));
    }

    /// <summary>The providers by name.</summary>
    public IMetricProviders Providers { get; }

    /// <inheritdoc/>
    public void Dispose() => _prometheus.Dispose();
}
