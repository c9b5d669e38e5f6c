using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Analysis.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Analysis;

/// <summary>Decides what to do about an AnalysisRun (RUN-1).</summary>
public static class AnalysisRunDecider
{
    private const string SecretPlaceholder = "temp-for-secret";

    /// <summary>
    /// Looks at the run and says what to do next. Total: every observation has an answer. A decision asks for secrets, or
    /// for measurements, or for writes; after the first two the shell decides again with the answers added.
    /// </summary>
    public static AnalysisDecision Decide(AnalysisRunObservation seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var run = seen.Run;
        if (run.IsBeingDeleted)
            return new([], null, [new(ReasonKind.BeingDeleted, "the analysis run is being deleted")]);
        if (run.Status.Phase.IsCompleted())
            return WhenCompleted(seen);

        var (metrics, unresolved) = Resolve(run, a => a.ValueFrom?.SecretKey is null ? a : a with { Value = SecretPlaceholder });
        if (unresolved is not null)
            return EndInError(seen, $"Unable to resolve metric arguments: {unresolved}");
        if (MetricValidation.Check(metrics) is { } invalid)
            return EndInError(seen, $"Analysis spec invalid: {invalid}");
        var (rules, unmatched) = MetricRuleSets.Match(run, metrics);
        if (rules is null)
            return EndInError(seen, $"Analysis spec invalid: {unmatched}");

        if (SecretProblem(seen) is { } unreadable)
            return EndInError(seen, $"Unable to resolve metric arguments: {unreadable}");

        return seen.Finished is null && Due(seen, metrics) is { IsEmpty: false } due ? Measure(seen, due) : Conclude(seen, metrics, rules);
    }

    private static (ImmutableArray<Metric> Metrics, string? Error) Resolve(AnalysisRun run, Func<AnalysisArgument, AnalysisArgument> supply)
    {
        ImmutableArray<AnalysisArgument> args = [.. run.Args.Select(supply)];
        var metrics = ImmutableArray.CreateBuilder<Metric>(run.Metrics.Length);
        foreach (var metric in run.Metrics)
        {
            var (resolved, error) = Placeholders.Resolve(metric, args);
            if (resolved is null)
                return ([], error);
            metrics.Add(resolved);
        }

        return (metrics.MoveToImmutable(), null);
    }

    private static ImmutableArray<int> Due(AnalysisRunObservation seen, ImmutableArray<Metric> metrics)
    {
        var terminating = RunAssessment.IsTerminating(seen.Run);
        var due = ImmutableArray.CreateBuilder<int>();
        for (var i = 0; i < metrics.Length; i++)
        {
            if (MetricSchedule.DueAt(metrics[i], seen.Run, terminating, seen.Now) <= seen.Now || HasNews(seen, metrics[i].Name))
                due.Add(i);
        }

        return due.ToImmutable();
    }

    private static bool HasNews(AnalysisRunObservation seen, string metric) =>
        seen.News?.Contains(metric) == true && IsUnfinished(seen.Run.Status.Result(metric));

    private static AnalysisDecision Measure(AnalysisRunObservation seen, ImmutableArray<int> due)
    {
        var run = seen.Run;
        var keys = SecretKeys(run);
        if (!keys.IsEmpty && seen.Secrets is null)
            return new([new ReadSecrets(keys)], null, [new(ReasonKind.Measuring, "reading the secrets that the metrics use")]);
        var readings = (seen.Secrets ?? []).ToDictionary(r => r.Reference);
        var (metrics, error) = Resolve(run, a => a.ValueFrom?.SecretKey is { } key ? a with { Value = readings[key].Value } : a);
        if (error is not null)
            return EndInError(seen, $"Unable to resolve metric arguments: {error}");
        var terminating = RunAssessment.IsTerminating(run);
        ImmutableArray<string> secrets = [.. keys.Select(k => readings[k].Value!).Where(v => v.Length > 0).Distinct()];
        return new(
            [.. due.Select(i => Effect(Task(run, metrics[i], secrets), terminating))],
            null,
            [.. due.Select(i => new Reason(ReasonKind.Measuring, $"measuring '{run.Metrics[i].Name}'"))]);
    }

    private static ImmutableArray<SecretKeyReference> SecretKeys(AnalysisRun run) =>
        run.Args.IsEmpty ? [] : [.. run.Args.Select(a => a.ValueFrom?.SecretKey).OfType<SecretKeyReference>().Distinct()];

    /// <summary>Why the secrets that were read are of no use; null while all is well, or while nobody has read them.</summary>
    private static string? SecretProblem(AnalysisRunObservation seen)
    {
        if (seen.Secrets is not { } readings)
            return null;
        foreach (var key in SecretKeys(seen.Run))
        {
            var reading = readings.FirstOrDefault(r => r.Reference == key);
            if (reading?.Value is null)
                return reading?.Error ?? $"secret '{key.Name}' was not read";
        }

        return null;
    }

    private static MeasurementTask Task(AnalysisRun run, Metric metric, ImmutableArray<string> secrets)
    {
        var result = run.Status.Result(metric.Name);
        return new(run.Namespace, metric, result?.Finished ?? 0, result?.LastMeasurement is { FinishedAt: null } unfinished ? unfinished : null, secrets)
        {
            RunName = run.Name,
            RunUid = run.Uid,
        };
    }

    private static AnalysisEffect Effect(MeasurementTask task, bool terminating) => terminating ? new TerminateMeasurement(task) : new TakeMeasurement(task);

    /// <summary>Records what was measured and writes what follows from it.</summary>
    private static AnalysisDecision Conclude(AnalysisRunObservation seen, ImmutableArray<Metric> metrics, MetricRuleSets rules)
    {
        var status = Recorded(seen, rules);
        // A run that was terminated while its measurements were taken may have begun one that goes on: the next pass ends
        // it before the run itself ends.
        var terminating = RunAssessment.IsTerminating(seen.Run) && !HasUnfinished(status, metrics);
        (status, var events) = RunAssessment.Assess(seen.Run with { Status = status }, metrics, rules.DryRun, terminating, seen.Now);
        (status, var forgotten) = Trimmed(status, metrics, rules);
        ImmutableArray<AnalysisEffect> effects = Writes(seen, status, events) is { IsEmpty: false } writes ? [.. forgotten, .. writes] : [];
        var after = seen.Run with { Status = status };
        if (status.Phase.IsCompleted())
            return WhenCompleted(seen with { Run = after }) with { Effects = effects };
        // What this pass made of the run is seen by the next one, which may have to end measurements at once (RUN-13).
        var next = RunAssessment.IsTerminating(after) && !terminating ? seen.Now : NextDue(metrics, after, terminating, seen.Now);
        TimeSpan? wait = next is { } at ? (at > seen.Now ? at - seen.Now : TimeSpan.Zero) : null;
        return new(effects, wait, AnalysisReasons.WhileRunning(after, metrics, terminating, seen.Now));
    }

    private static AnalysisRunStatus Recorded(AnalysisRunObservation seen, MetricRuleSets rules)
    {
        var status = seen.Run.Status;
        foreach (var finished in seen.Finished ?? [])
            status = MeasurementRecording.Record(status, finished, rules.DryRun.Contains(finished.Task.Metric.Name), seen.Now);
        return status;
    }

    private static bool HasUnfinished(AnalysisRunStatus status, ImmutableArray<Metric> metrics)
    {
        foreach (var metric in metrics)
        {
            if (IsUnfinished(status.Result(metric.Name)))
                return true;
        }

        return false;
    }

    private static bool IsUnfinished(MetricResult? result) => result is { LastMeasurement.FinishedAt: null } && !result.Phase.IsCompleted();

    private static DateTimeOffset? NextDue(ImmutableArray<Metric> metrics, AnalysisRun run, bool terminating, DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var metric in metrics)
        {
            if (MetricSchedule.DueAt(metric, run, terminating, now) is { } due && !(next <= due))
                next = due;
        }

        return next;
    }

    private static (AnalysisRunStatus Status, ImmutableArray<AnalysisEffect> Forgotten) Trimmed(AnalysisRunStatus status, ImmutableArray<Metric> metrics, MetricRuleSets rules)
    {
        var before = status.MetricResults;
        var kept = before;
        for (var i = 0; i < kept.Length; i++)
        {
            var limit = rules.KeptFor(kept[i].Name);
            if (kept[i].Measurements.Length > limit)
                kept = kept.SetItem(i, kept[i] with { Measurements = kept[i].Measurements[^limit..] });
        }

        kept = StatusBounds.Fit(kept);
        if (kept == before)
            return (status, []);
        var forgotten = ImmutableArray.CreateBuilder<AnalysisEffect>();
        for (var i = 0; i < kept.Length; i++)
        {
            var dropped = before[i].Measurements[..(before[i].Measurements.Length - kept[i].Measurements.Length)];
            if (!dropped.IsEmpty && metrics.FirstOrDefault(m => m.Name == kept[i].Name) is { Providers: [var provider, ..] })
                forgotten.Add(new ForgetMeasurements(provider, dropped));
        }

        return (status with { MetricResults = kept }, forgotten.ToImmutable());
    }

    /// <summary>
    /// Ends a run that cannot go on. What is under way is ended first: it needs no arguments for that, and would run on for
    /// nothing. The reference leaves it running, and completedAt unset, so that such a run is never deleted (RUN-2).
    /// </summary>
    private static AnalysisDecision EndInError(AnalysisRunObservation seen, string message)
    {
        var run = seen.Run;
        if (seen.Finished is null && HasUnfinished(run.Status, run.Metrics))
        {
            ImmutableArray<MeasurementTask> open = [.. run.Metrics.Where(m => IsUnfinished(run.Status.Result(m.Name))).Select(m => Task(run, m, []))];
            return new([.. open.Select(t => new TerminateMeasurement(t))], null, [.. open.Select(t => new Reason(ReasonKind.Measuring, $"ending '{t.Metric.Name}': {message}"))]);
        }

        var status = Recorded(seen, MetricRuleSets.None) with { Phase = AnalysisPhase.Error, Message = StatusBounds.Cut(message), CompletedAt = seen.Now.ToWholeSeconds() };
        var ended = WhenCompleted(seen with { Run = run with { Status = status } });
        return ended with { Effects = Writes(seen, status, [RunAssessment.Completed(AnalysisPhase.Error)]) };
    }

    private static ImmutableArray<AnalysisEffect> Writes(AnalysisRunObservation seen, AnalysisRunStatus status, ImmutableArray<AnalysisEffect> events)
    {
        // The common pass changes nothing, and comparing records is cheaper than writing them out.
        if (status == seen.Run.Status)
            return [];
        // A run that was never looked at has no status; reading that as an empty phase must not hide the first write.
        var before = seen.Run.Status == new AnalysisRunStatus() ? new JsonObject() : seen.Run.Status.ToJson();
        return StatusPatch.Between(before, status.ToJson(), seen.ResourceVersion) is { } patch ? [new PatchRunStatus(patch), .. events] : [];
    }

    /// <summary>A completed run only waits for its time to live to be over (RUN-18, RUN-19).</summary>
    private static AnalysisDecision WhenCompleted(AnalysisRunObservation seen)
    {
        var status = seen.Run.Status;
        var ended = new Reason(
            ReasonKind.AnalysisCompleted, $"the analysis has ended: {status.Phase.Text()}{(string.IsNullOrEmpty(status.Message) ? "" : $": {status.Message}")}");
        if (TimeToLive(seen.Run) is not { } seconds)
            return new([], null, [ended]);
        // Whole seconds must exceed the limit, hence one more.
        var timeToLive = TimeSpan.FromSeconds(seconds + 1L);
        if (status.CompletedAt is not { } completedAt || completedAt - seen.Now > timeToLive)
        {
            // The reference forgets to note the end of a run it could not validate (RUN-2); one that claims to end in the
            // future was stamped by a wrong clock. Either would stay for ever.
            return new(Writes(seen, status with { CompletedAt = seen.Now.ToWholeSeconds() }, []), timeToLive, [ended with { LookAgainAfter = timeToLive }]);
        }

        var deleteAt = completedAt + timeToLive;
        return deleteAt <= seen.Now
            ? new([new DeleteRun(seen.Run.Uid)], null, [ended with { Message = $"{ended.Message}; its time to live is over" }])
            : new([], deleteAt - seen.Now, [ended with { LookAgainAfter = deleteAt - seen.Now }]);
    }

    private static int? TimeToLive(AnalysisRun run) => run.Status.Phase switch
    {
        AnalysisPhase.Successful when run.Ttl?.SecondsAfterSuccess is { } seconds => seconds,
        AnalysisPhase.Failed when run.Ttl?.SecondsAfterFailure is { } seconds => seconds,
        _ => run.Ttl?.SecondsAfterCompletion,
    };
}
