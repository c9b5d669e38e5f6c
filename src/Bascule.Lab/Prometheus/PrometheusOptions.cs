namespace Bascule.Lab.Prometheus;

/// <summary>How to run Prometheus for a lab.</summary>
public sealed record PrometheusOptions
{
    /// <summary>Where its configuration, data and log go, and the pods it scrapes are listed; created when absent.</summary>
    public required string Directory { get; init; }

    /// <summary>The port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Time between two scrapes of a pod; whole milliseconds.</summary>
    public TimeSpan ScrapeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The directories to find the program in, as in <c>PATH</c>.</summary>
    public required string SearchPath { get; init; }
}
