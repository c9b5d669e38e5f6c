using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Engine.Analysis;

/// <summary>Whether metrics, their arguments resolved, can be run (MET-1..5).</summary>
internal static class MetricValidation
{
    /// <summary>The first thing that is wrong; null when all can run.</summary>
    public static string? Check(ImmutableArray<Metric> metrics)
    {
        if (metrics.IsEmpty)
            return "no metrics specified";
        var names = new HashSet<string>();
        for (var i = 0; i < metrics.Length; i++)
        {
            var error = names.Add(metrics[i].Name) ? Check(metrics[i]) : $"duplicate name '{metrics[i].Name}'";
            if (error is not null)
                return string.Create(CultureInfo.InvariantCulture, $"metrics[{i}]: {error}");
        }

        return null;
    }

    private static string? Check(Metric metric) => CheckLimits(metric) ?? CheckCount(metric) ?? CheckTimes(metric) ?? CheckProvider(metric);

    private static string? CheckLimits(Metric metric)
    {
        var failure = MetricLimits.Failure(metric);
        var success = MetricLimits.ConsecutiveSuccess(metric);
        if (success < 0)
            return "consecutiveSuccessLimit must be >= 0";
        if (failure < -1)
            return "failureLimit must be >= 0, or -1 to be disabled";
        if (success == 0 && failure == -1)
            return "failureLimit and consecutiveSuccessLimit cannot both be disabled";
        if (MetricLimits.Inconclusive(metric) < 0)
            return "inconclusiveLimit must be >= 0";
        return MetricLimits.ConsecutiveError(metric) < 0 ? "consecutiveErrorLimit must be >= 0" : null;
    }

    private static string? CheckCount(Metric metric)
    {
        var count = metric.Count?.Value ?? 0;
        if (count <= 0)
            return null;
        var failure = MetricLimits.Failure(metric);
        var success = MetricLimits.ConsecutiveSuccess(metric);
        if (failure >= 0 && count < (long)failure + success)
            return string.Create(CultureInfo.InvariantCulture, $"count ({count}) must be >= failureLimit + consecutiveSuccessLimit ({failure} + {success}) if both >= 0");
        if (failure < 0 && count < success)
            return "count must be >= consecutiveSuccessLimit";
        return count < MetricLimits.Inconclusive(metric) ? "count must be >= inconclusiveLimit" : null;
    }

    private static string? CheckTimes(Metric metric)
    {
        if (metric.Count is { Value: > 1 } && string.IsNullOrEmpty(metric.Interval))
            return "interval must be specified when count > 1";
        if (!string.IsNullOrEmpty(metric.Interval) && !GoDuration.TryParse(metric.Interval, out _))
            return $"invalid interval string: {NoDuration(metric.Interval)}";
        return !string.IsNullOrEmpty(metric.InitialDelay) && !GoDuration.TryParse(metric.InitialDelay, out _)
            ? $"invalid startDelay string: {NoDuration(metric.InitialDelay)}"
            : null;
    }

    private static string NoDuration(string text) => $"time: invalid duration {GoText.Quote(text)}, expected a number with a unit such as 30s, 5m or 1h30m";

    private static string? CheckProvider(Metric metric) => metric.Providers.Length switch
    {
        0 => "no provider specified",
        1 => null,
        _ => "multiple providers specified",
    };
}
