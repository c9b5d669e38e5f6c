using System.Globalization;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Where a metric stands, from what was measured so far (RUN-8..10).</summary>
internal static class MetricAssessment
{
    /// <summary>The phase of a metric.</summary>
    public static AnalysisPhase Assess(Metric metric, MetricResult result, bool terminating)
    {
        if (result.Phase.IsCompleted())
            return result.Phase;
        if (result.LastMeasurement is not { } last)
            return terminating ? AnalysisPhase.Successful : AnalysisPhase.Pending;
        if (last.FinishedAt is null)
            return AnalysisPhase.Running;
        if (ExceededLimit(metric, result) is { } exceeded)
            return exceeded.Phase;
        var successLimit = MetricLimits.ConsecutiveSuccess(metric);
        if (successLimit > 0 && result.ConsecutiveSuccess >= successLimit)
            return AnalysisPhase.Successful;
        if (metric.EffectiveCount is { } count && result.Count >= count)
            return AtCount(metric);
        if (!terminating)
            return AnalysisPhase.Running;
        // The reference calls this a success too. Who reads "Successful" believes that something was measured.
        return HasOnlyErrors(result) ? AnalysisPhase.Error : AnalysisPhase.Successful;
    }

    /// <summary>Why a completed metric did not end well, in words; null when it did, or when no words are known for it.</summary>
    public static string? Complaint(Metric metric, MetricResult result) =>
        ExceededLimit(metric, result)?.Text
        ?? (result.Phase == AnalysisPhase.Error && HasOnlyErrors(result) ? string.Create(CultureInfo.InvariantCulture, $"errors ({result.Error}) in every measurement") : null);

    /// <summary>The limit that was exceeded, a later one before an earlier one (RUN-9); null when none was.</summary>
    private static (AnalysisPhase Phase, string Text)? ExceededLimit(Metric metric, MetricResult result)
    {
        var error = MetricLimits.ConsecutiveError(metric);
        if (result.ConsecutiveError > error)
            return (AnalysisPhase.Error, Text("consecutiveErrors", result.ConsecutiveError, "consecutiveErrorLimit", error));
        var inconclusive = MetricLimits.Inconclusive(metric);
        if (result.Inconclusive > inconclusive)
            return (AnalysisPhase.Inconclusive, Text("inconclusive", result.Inconclusive, "inconclusiveLimit", inconclusive));
        var failure = MetricLimits.Failure(metric);
        return failure >= 0 && result.Failed > failure ? (AnalysisPhase.Failed, Text("failed", result.Failed, "failureLimit", failure)) : null;
    }

    private static bool HasOnlyErrors(MetricResult result) => result is { Count: 0, Error: > 0 };

    /// <summary>All measurements were taken and no limit was exceeded (RUN-10).</summary>
    private static AnalysisPhase AtCount(Metric metric) => (MetricLimits.Failure(metric) >= 0, MetricLimits.ConsecutiveSuccess(metric) > 0) switch
    {
        (true, true) => AnalysisPhase.Inconclusive,
        (false, true) => AnalysisPhase.Failed,
        (_, false) => AnalysisPhase.Successful,
    };

    private static string Text(string counter, int value, string limitName, int limit) =>
        string.Create(CultureInfo.InvariantCulture, $"{counter} ({value}) > {limitName} ({limit})");
}
