using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Analysis.Effects;

namespace Bascule.Engine.Analysis;

/// <summary>Where a run stands, from where its metrics stand (RUN-11, RUN-14..16).</summary>
internal static class RunAssessment
{
    /// <summary>The run is ending: somebody asks for it, or a metric that counts has ended badly (RUN-11).</summary>
    public static bool IsTerminating(AnalysisRun run) =>
        run.Terminate || run.Status.MetricResults.Any(r => !r.DryRun && r.Phase is AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive);

    /// <summary>Brings the phases of the metrics and of the run up to date.</summary>
    /// <param name="run">The run with all measurements recorded.</param>
    /// <param name="metrics">Its metrics, arguments resolved.</param>
    /// <param name="dryRun">The metrics that do not count.</param>
    /// <param name="terminating">The run was ending when this pass began; a metric that fails now is seen by the next one (RUN-13).</param>
    /// <param name="now">The time of this pass.</param>
    public static (AnalysisRunStatus Status, ImmutableArray<AnalysisEffect> Events) Assess(
        AnalysisRun run, ImmutableArray<Metric> metrics, IReadOnlySet<string> dryRun, bool terminating, DateTimeOffset now)
    {
        var events = ImmutableArray.CreateBuilder<AnalysisEffect>();
        var status = run.Status;
        var verdict = new Verdict(run.Terminate ? "Run Terminated" : "");
        foreach (var metric in metrics)
        {
            var isDryRun = dryRun.Contains(metric.Name);
            if (status.Result(metric.Name) is not { } before)
            {
                verdict = verdict.Unmeasured(isDryRun);
                continue;
            }

            var after = Advanced(metric, before, terminating, events);
            var complaint = after.Phase.IsCompleted() ? MetricAssessment.Complaint(metric, after) : null;
            if (isDryRun && complaint is not null)
                after = after with { Message = $"Metric assessed {after.Phase.Text()} due to {complaint}" };
            status = status.With(after);
            verdict = verdict.Measured(after, complaint, isDryRun);
        }

        status = status with { StartedAt = MetricSchedule.Start(status, now).ToWholeSeconds(), RunSummary = verdict.Counting, DryRunSummary = verdict.Dry };
        var (phase, message) = verdict.Conclude(terminating);
        if (phase == status.Phase)
            return (status, events.ToImmutable());
        if (phase.IsCompleted())
            events.Add(Completed(phase));
        return (status with
        {
            Phase = phase,
            Message = StatusBounds.Cut(message),
            CompletedAt = phase.IsCompleted() ? status.CompletedAt ?? now.ToWholeSeconds() : status.CompletedAt,
        }, events.ToImmutable());
    }

    /// <summary>The event of EV-40.</summary>
    public static EmitRunEvent Completed(AnalysisPhase phase) => new(IsWarning(phase), $"AnalysisRun{phase.Text()}", $"Analysis Completed. Result: {phase.Text()}");

    private static MetricResult Advanced(Metric metric, MetricResult before, bool terminating, ImmutableArray<AnalysisEffect>.Builder events)
    {
        var phase = MetricAssessment.Assess(metric, before, terminating);
        if (phase == before.Phase)
            return before;
        if (phase.IsCompleted())
            events.Add(new EmitRunEvent(IsWarning(phase), $"Metric{phase.Text()}", $"Metric '{metric.Name}' Completed. Result: {phase.Text()}"));
        return before with { Phase = phase, Message = before.LastMeasurement is { } last ? last.Message : before.Message };
    }

    private static bool IsWarning(AnalysisPhase phase) => phase is AnalysisPhase.Failed or AnalysisPhase.Error;

    /// <summary>What the metrics looked at so far say about the run.</summary>
    private sealed record Verdict(string Message)
    {
        private AnalysisPhase Worst { get; init; }

        private bool AllCompleted { get; init; } = true;

        public RunSummary Counting { get; private init; } = new();

        public RunSummary Dry { get; private init; } = new();

        public Verdict Unmeasured(bool dryRun) => Counted(dryRun, s => s) with { AllCompleted = false };

        public Verdict Measured(MetricResult result, string? complaint, bool dryRun)
        {
            if (!result.Phase.IsCompleted())
                return Unmeasured(dryRun);
            // The reference counts every metric without a complaint as successful, one that failed for want of successes too.
            var counted = Counted(dryRun, s => Tally(s, result.Phase));
            if (dryRun)
                return counted with { Worst = Worst == AnalysisPhase.None ? AnalysisPhase.Successful : Worst };
            if (Worst != AnalysisPhase.None && !result.Phase.IsWorseThan(Worst))
                return counted;
            var message = complaint is null
                ? Message
                : $"Metric \"{result.Name}\" assessed {result.Phase.Text()} due to {complaint}"
                    + (string.IsNullOrEmpty(result.Message) ? "" : $": \"Error Message: {result.Message}\"");
            return counted with { Worst = result.Phase, Message = message };
        }

        public (AnalysisPhase Phase, string Message) Conclude(bool terminating)
        {
            if (terminating)
                return (Worst == AnalysisPhase.None ? AnalysisPhase.Successful : Worst, Message.Trim());
            return AllCompleted && Worst != AnalysisPhase.None ? (Worst, Message.Trim()) : (AnalysisPhase.Running, "");
        }

        private Verdict Counted(bool dryRun, Func<RunSummary, RunSummary> tally) => dryRun
            ? this with { Dry = tally(Dry with { Count = Dry.Count + 1 }) }
            : this with { Counting = tally(Counting with { Count = Counting.Count + 1 }) };

        private static RunSummary Tally(RunSummary summary, AnalysisPhase phase) => phase switch
        {
            AnalysisPhase.Error => summary with { Error = summary.Error + 1 },
            AnalysisPhase.Failed => summary with { Failed = summary.Failed + 1 },
            AnalysisPhase.Inconclusive => summary with { Inconclusive = summary.Inconclusive + 1 },
            AnalysisPhase.None or AnalysisPhase.Pending or AnalysisPhase.Running or AnalysisPhase.Successful => summary with { Successful = summary.Successful + 1 },
        };
    }
}
