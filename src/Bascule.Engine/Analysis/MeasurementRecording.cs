using Bascule.Api.Analysis;

namespace Bascule.Engine.Analysis;

/// <summary>Judges looks at metrics and adds them to the results (RUN-5, RUN-6, ARG-6).</summary>
internal static class MeasurementRecording
{
    /// <summary>What a measurement says that was ended because its run ends, and not because of anything it found (RUN-11).</summary>
    private const string TerminatedMessage = "Metric Terminated";

    /// <summary>Records a look, unless the run has moved on since it was asked for.</summary>
    public static AnalysisRunStatus Record(AnalysisRunStatus status, FinishedMeasurement finished, bool dryRun, DateTimeOffset now)
    {
        var task = finished.Task;
        var before = status.Result(task.Metric.Name);
        // Another pass has recorded this very measurement, or the metric has ended: recording would count it twice.
        if ((before?.Finished ?? 0) != task.Ordinal || before?.Phase.IsCompleted() == true)
            return status;
        var redaction = new Redaction(task.Secrets);
        var measurement = Judge(finished, redaction, now);
        var result = before ?? new MetricResult
        {
            Name = task.Metric.Name,
            Phase = AnalysisPhase.Running,
            DryRun = dryRun,
            Metadata = redaction.Clean(finished.ResultMetadata),
        };
        var kept = result.LastMeasurement is { FinishedAt: null } ? result.Measurements.RemoveAt(result.Measurements.Length - 1) : result.Measurements;
        result = Count(result with { Measurements = kept.Add(measurement) }, measurement.Phase);
        return status.With(result);
    }

    private static Measurement Judge(FinishedMeasurement finished, Redaction redaction, DateTimeOffset now)
    {
        var (task, outcome) = (finished.Task, finished.Outcome);
        var measurement = new Measurement
        {
            StartedAt = task.Unfinished?.StartedAt ?? finished.StartedAt,
            Metadata = redaction.Clean((task.Unfinished?.Metadata ?? outcome.Metadata).SetItems(outcome.Metadata)),
        };
        if (outcome.Phase == AnalysisPhase.Running && !finished.Terminated)
            return measurement with { Phase = AnalysisPhase.Running, ResumeAt = outcome.ResumeAt };
        var (phase, message) = outcome.Phase switch
        {
            // A provider that does not let go must not keep the run from ending.
            AnalysisPhase.Running => (AnalysisPhase.Error, "the measurement could not be ended"),
            { } decided => (decided, outcome.Message),
            null => MetricConditions.Judge(task.Metric, outcome.Result, now),
        };
        if (finished.Terminated && phase is AnalysisPhase.Successful or AnalysisPhase.Inconclusive)
            message = TerminatedMessage;
        measurement = measurement with { Phase = phase, FinishedAt = finished.FinishedAt, Message = message is null ? null : redaction.Clean(message) };
        return phase == AnalysisPhase.Error ? measurement : measurement with { Value = redaction.Clean(outcome.Text) };
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
}
