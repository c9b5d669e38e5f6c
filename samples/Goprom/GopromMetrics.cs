using Prometheus;

namespace Goprom;

/// <summary>The metrics of the course's dashboards, under their names, labels and buckets.</summary>
internal sealed class GopromMetrics
{
    private static readonly string[] Labels = ["code", "method", "version"];
    private static readonly double[] DurationBuckets = [.25, .5, 1, 2.5, 5, 10];
    private static readonly double[] SizeBuckets = [200, 500, 900, 1500];

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly string _version;
    private readonly Gauge _inFlight;
    private readonly Counter _requests;
    private readonly Histogram _durations;
    private readonly Histogram _sizes;

    public GopromMetrics(string version)
    {
        _version = version;
        var metrics = Metrics.WithCustomRegistry(_registry);
        _inFlight = metrics.CreateGauge("in_flight_requests", "Requests being answered now.");
        _requests = metrics.CreateCounter("http_requests_total", "Requests answered.", Labels);
        _durations = metrics.CreateHistogram("request_duration_seconds", "Time to answer a request, in seconds.", Labels, new HistogramConfiguration { Buckets = DurationBuckets });
        _sizes = metrics.CreateHistogram("response_size_bytes", "Size of the answers, in bytes.", Labels, new HistogramConfiguration { Buckets = SizeBuckets });

        // A counter that appears with its first increment loses that increment in rate(): start both outcomes at zero.
        _requests.WithLabels("200", "get", version);
        _requests.WithLabels("500", "get", version);
    }

    /// <summary>Counts a request as in flight until the answer is disposed.</summary>
    public IDisposable Begin() => _inFlight.TrackInProgress();

    /// <summary>Counts one answered request.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="method">The method; recorded in lower case as the course's dashboards have it.</param>
    /// <param name="duration">Time to answer.</param>
    /// <param name="bytes">Size of the answer's body.</param>
    public void Answered(string code, string method, TimeSpan duration, int bytes)
    {
        _requests.WithLabels(code, method, _version).Inc();
        _durations.WithLabels(code, method, _version).Observe(duration.TotalSeconds);
        _sizes.WithLabels(code, method, _version).Observe(bytes);
    }

    /// <summary>Writes all metrics in Prometheus' text format.</summary>
    public Task ExportAsync(Stream destination, CancellationToken cancellationToken) => _registry.CollectAndExportAsTextAsync(destination, cancellationToken);
}
