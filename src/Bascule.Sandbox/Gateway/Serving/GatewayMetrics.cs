using System.Collections.Concurrent;
using System.Globalization;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Routing;
using Prometheus;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>
/// What the gateway counts, under the names that the usual queries of analyses ask for: ingress-nginx' for Ingresses,
/// Istio's for all others. As in a mesh a request is reported by both ends, and a copy by the one who gets it.
/// </summary>
internal sealed class GatewayMetrics
{
    private static readonly string[] s_istioLabels =
    [
        "reporter", "source_workload", "source_workload_namespace", "destination_workload", "destination_workload_namespace", "destination_app", "destination_version",
        "destination_canonical_revision", "destination_service", "destination_service_name", "destination_service_namespace", "request_protocol", "response_code",
        "connection_security_policy",
    ];

    private static readonly string[] s_nginxLabels = ["controller_class", "namespace", "ingress", "service", "canary", "host", "path", "method", "status"];

    private static readonly double[] s_milliseconds = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000];

    private static readonly double[] s_seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly Counter _istioRequests;
    private readonly Histogram _istioDuration;
    private readonly Counter _nginxRequests;
    private readonly Histogram _nginxDuration;
    private readonly Counter _dropped;

    // Finding a series by fourteen labels costs more than forwarding does, so each is found once.
    private readonly ConcurrentDictionary<(RouteTarget, Backend?, int, string, bool), Series> _series = new();

    /// <summary>Makes the metrics, all at zero.</summary>
    public GatewayMetrics()
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _istioRequests = factory.CreateCounter("istio_requests_total", "Requests, by who reports them and who answers.", s_istioLabels);
        _istioDuration = factory.CreateHistogram("istio_request_duration_milliseconds", "Time to the end of the answer.", s_istioLabels, new HistogramConfiguration { Buckets = s_milliseconds });
        _nginxRequests = factory.CreateCounter("nginx_ingress_controller_requests", "Requests to Ingresses.", s_nginxLabels);
        _nginxDuration = factory.CreateHistogram("nginx_ingress_controller_request_duration_seconds", "Time to the end of the answer.", s_nginxLabels, new HistogramConfiguration { Buckets = s_seconds });
        _dropped = factory.CreateCounter("bascule_gateway_mirrors_dropped_total", "Copies that were not sent: too many under way, nobody to send them to, or a body too long to keep.");
    }

    /// <summary>Writes all in Prometheus' text format.</summary>
    public Task WriteAsync(Stream to, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(to, cancellationToken);

    /// <summary>A request was answered.</summary>
    /// <param name="target">Whose turn it was.</param>
    /// <param name="backend">The pod; null when none could be reached.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="status">The answer's code.</param>
    /// <param name="took">The time to its end.</param>
    public void Forwarded(RouteTarget target, Backend? backend, string method, int status, TimeSpan took) =>
        Of(target, backend, status, method, isMirror: false).Observe(took);

    /// <summary>A copy was answered.</summary>
    public void Mirrored(RouteTarget target, Backend backend, int status, TimeSpan took) => Of(target, backend, status, "", isMirror: true).Observe(took);

    /// <summary>A copy was not sent.</summary>
    public void MirrorDropped() => _dropped.Inc();

    /// <summary>Forgets how to find the series of targets that are no longer; the series themselves stay.</summary>
    public void Forget() => _series.Clear();

    private Series Of(RouteTarget target, Backend? backend, int status, string method, bool isMirror) =>
        _series.GetOrAdd((target, backend, status, method, isMirror), static (key, metrics) => metrics.Make(key.Item1, key.Item2, key.Item3, key.Item4, key.Item5), this);

    private Series Make(RouteTarget target, Backend? backend, int status, string method, bool isMirror)
    {
        var code = status.ToString(CultureInfo.InvariantCulture);
        if (target.Forward.Family == RouteFamily.Ingress && !isMirror)
        {
            var labels = NginxLabels(target, method, code);
            return new Series([_nginxRequests.WithLabels(labels)], [_nginxDuration.WithLabels(labels)], IsSeconds: true);
        }

        var reporters = isMirror ? ["destination"] : new[] { "source", "destination" };
        var all = reporters.Select(r => IstioLabels(r, target, backend, code)).ToList();
        return new Series([.. all.Select(_istioRequests.WithLabels)], [.. all.Select(_istioDuration.WithLabels)], IsSeconds: false);
    }

    private static string[] IstioLabels(string reporter, RouteTarget target, Backend? backend, string code)
    {
        var service = target.Target.Service;
        var version = backend?.Version ?? "";
        return
        [
            reporter, "istio-ingressgateway", "istio-system", backend?.Workload ?? "unknown", service.Namespace, backend?.App ?? "unknown", version.Length > 0 ? version : "unknown",
            version.Length > 0 ? version : "latest", $"{service.Name}.{service.Namespace}.svc.cluster.local", service.Name, service.Namespace, "http", code,
            reporter == "source" ? "unknown" : "none",
        ];
    }

    private static string[] NginxLabels(RouteTarget target, string method, string code)
    {
        var forward = target.Forward;
        var chosen = target.Target.Service;
        var canary = target.Target.IsCanary ? $"{chosen.Namespace}-{chosen.Name}-{chosen.Port}" : "";
        return ["k8s.io/ingress-nginx", forward.Source.Namespace ?? "", forward.Source.Name, (forward.Main ?? chosen).Name, canary, forward.Host, forward.Path, method, code];
    }

    private sealed record Series(ICounter[] Counters, IHistogram[] Histograms, bool IsSeconds)
    {
        public void Observe(TimeSpan took)
        {
            foreach (var counter in Counters)
                counter.Inc();
            foreach (var histogram in Histograms)
                histogram.Observe(IsSeconds ? took.TotalSeconds : took.TotalMilliseconds);
        }
    }
}
