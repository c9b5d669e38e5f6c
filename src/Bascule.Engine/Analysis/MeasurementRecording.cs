using System.Collections.Immutable;
using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Judges measurements and adds them to the results (RUN-6, ARG-6).</summary>
internal static class MeasurementRecording
{
    /// <summary>What a secret becomes in anything that is stored.</summary>
    private const string Redacted = "*****";

    /// <summary>Records a measurement, unless the run has moved on since it was asked for.</summary>
    public static AnalysisRunStatus Record(AnalysisRunStatus status, FinishedMeasurement finished, bool dryRun, DateTimeOffset now)
    {
        var task = finished.Task;
        var before = status.Result(task.Metric.Name);
        // Another pass has recorded this very measurement, or the metric has ended: recording would count it twice.
        if ((before?.Finished ?? 0) != task.Ordinal || before?.Phase.IsCompleted() == true)
            return status;
        var measurement = Judge(finished, now);
        var result = before ?? new MetricResult
        {
            Name = task.Metric.Name,
            Phase = AnalysisPhase.Running,
            DryRun = dryRun,
            Metadata = finished.ResultMetadata.ToImmutableSortedDictionary(p => p.Key, p => Redact(p.Value, task.Secrets), StringComparer.Ordinal),
        };
        var kept = result.LastMeasurement is { FinishedAt: null } ? result.Measurements.RemoveAt(result.Measurements.Length - 1) : result.Measurements;
        result = Count(result with { Measurements = kept.Add(measurement) }, measurement.Phase);
        return status.With(result);
    }

    private static Measurement Judge(FinishedMeasurement finished, DateTimeOffset now)
    {
        var task = finished.Task;
        var measurement = new Measurement { StartedAt = task.Unfinished?.StartedAt ?? finished.StartedAt, FinishedAt = finished.FinishedAt };
        var (phase, error) = finished.Outcome.Error is { } failed
            ? (AnalysisPhase.Error, failed)
            : MetricConditions.Judge(task.Metric, finished.Outcome.Result, now);
        return error is not null
            ? measurement with { Phase = phase, Message = Redact(error, task.Secrets) }
            : measurement with { Phase = phase, Value = finished.Outcome.Text, Metadata = finished.Outcome.Metadata };
    }

    private static MetricResult Count(MetricResult result, AnalysisPhase phase) => phase switch
    {
        AnalysisPhase.Successful => result with
        {
            Successful = result.Successful + 1,
            Count = result.Count + 1,
            ConsecutiveError = 0,
            ConsecutiveSuccess = result.ConsecutiveSuccess + 1,
        },
        AnalysisPhase.Failed => result with { Failed = result.Failed + 1, Count = result.Count + 1, ConsecutiveError = 0, ConsecutiveSuccess = 0 },
        AnalysisPhase.Inconclusive => result with { Inconclusive = result.Inconclusive + 1, Count = result.Count + 1, ConsecutiveError = 0, ConsecutiveSuccess = 0 },
        AnalysisPhase.Error => result with { Error = result.Error + 1, ConsecutiveError = result.ConsecutiveError + 1, ConsecutiveSuccess = 0 },
        AnalysisPhase.None or AnalysisPhase.Pending or AnalysisPhase.Running => result,
    };

    private static string Redact(string text, ImmutableArray<string> secrets)
    {
        // The longest first: a secret that contains another one must go as a whole.
        foreach (var secret in secrets.Where(s => s.Length > 0).OrderByDescending(s => s.Length))
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        return text;
    }
}
