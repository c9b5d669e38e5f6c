using Prometheus;

namespace Goprom;

/// <summary>The metrics of the course's dashboards, under their names, labels and buckets.</summary>
internal sealed class GopromMetrics
{
    private static readonly string[] Labels = ["code", "method", "version"];
    private static readonly double[] DurationBuckets = [.25, .5, 1, 2.5, 5, 10];
    private static readonly double[] SizeBuckets = [200, 500, 900, 1500];

    private readonly CollectorRegistry registry = Metrics.NewCustomRegistry();
    private readonly string version;
    private readonly Gauge inFlight;
    private readonly Counter requests;
    private readonly Histogram durations;
    private readonly Histogram sizes;

    public GopromMetrics(string version)
    {
        this.version = version;
        var metrics = Metrics.WithCustomRegistry(registry);
        inFlight = metrics.CreateGauge("in_flight_requests", "Requests being answered now.");
        requests = metrics.CreateCounter("http_requests_total", "Requests answered.", Labels);
        durations = metrics.CreateHistogram("request_duration_seconds", "Time to answer a request, in seconds.", Labels, new HistogramConfiguration { Buckets = DurationBuckets });
        sizes = metrics.CreateHistogram("response_size_bytes", "Size of the answers, in bytes.", Labels, new HistogramConfiguration { Buckets = SizeBuckets });

        // A counter that appears with its first increment loses that increment in rate(): start both outcomes at zero.
        requests.WithLabels("200", "get", version);
        requests.WithLabels("500", "get", version);
    }

    /// <summary>Counts a request as in flight until the answer is disposed.</summary>
    public IDisposable Begin() => inFlight.TrackInProgress();

    /// <summary>Counts one answered request.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="method">The method; recorded in lower case as the course's dashboards have it.</param>
    /// <param name="duration">Time to answer.</param>
    /// <param name="bytes">Size of the answer's body.</param>
    public void Answered(string code, string method, TimeSpan duration, int bytes)
    {
        requests.WithLabels(code, method, version).Inc();
        durations.WithLabels(code, method, version).Observe(duration.TotalSeconds);
        sizes.WithLabels(code, method, version).Observe(bytes);
    }

    /// <summary>Writes all metrics in Prometheus' text format.</summary>
    public Task ExportAsync(Stream destination, CancellationToken cancellationToken) => registry.CollectAndExportAsTextAsync(destination, cancellationToken);
}
