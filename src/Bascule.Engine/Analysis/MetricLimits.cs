using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>The limits of a metric with their defaults (AT-6).</summary>
internal static class MetricLimits
{
    /// <summary>Failed measurements tolerated; negative when any number is.</summary>
    public static int Failure(Metric metric) => metric.FailureLimit?.Value ?? Metric.DefaultFailureLimit;

    public static int Inconclusive(Metric metric) => metric.InconclusiveLimit?.Value ?? 0;

    public static int ConsecutiveError(Metric metric) => metric.ConsecutiveErrorLimit?.Value ?? Metric.DefaultConsecutiveErrorLimit;

    /// <summary>Successes in a row that end the metric; 0 when none do.</summary>
    public static int ConsecutiveSuccess(Metric metric) => metric.ConsecutiveSuccessLimit?.Value ?? 0;
}
