using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Metrics;
using Bascule.Metrics.Jobs;
using Bascule.Metrics.Prometheus;
using Bascule.Metrics.Web;

namespace Bascule.Controller.Analysis;

/// <summary>The metric providers of a controller, and the connections that they own.</summary>
internal sealed class MetricSources : IDisposable
{
    private readonly PrometheusProvider _prometheus;
    private readonly WebProvider _web;

    /// <summary>Makes the providers.</summary>
    /// <param name="client">The cluster of the runs.</param>
    /// <param name="cache">Holds Services, and Jobs unless they run in another cluster.</param>
    /// <param name="options">Where Prometheus is, and where Jobs run.</param>
    /// <param name="time">The clock.</param>
    public MetricSources(IKubeClient client, IObjectCache cache, ControllerHostOptions options, TimeProvider time)
    {
        var services = new ServiceAddresses(cache);
        _prometheus = new PrometheusProvider(time, options.PrometheusAddress, services);
        _web = new WebProvider(time, services);
        var jobs = new JobProviderOptions
        {
            Namespace = options.JobNamespace,
            IsAnotherCluster = options.JobCluster is not null,
            Cache = options.JobCluster is null ? cache : null,
        };
        Providers = new MetricProviders(_prometheus, _web, new JobProvider(options.JobCluster ?? client, jobs, time));
    }

    /// <summary>The providers by name.</summary>
    public IMetricProviders Providers { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _prometheus.Dispose();
        _web.Dispose();
    }
}
