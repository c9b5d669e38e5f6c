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

        return seen.Finished is null && Due(seen, metrics) is { IsEmpty: false } due ? Measure(seen, due) : Conclude(seen, metrics, rules);
    }

    /// <summary>What to do about a run that cannot even be read; it ends in error, naming the field.</summary>
    /// <param name="status">The status as far as it could be read.</param>
    /// <param name="resourceVersion">The version of the run that was read.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="now">The time of this pass.</param>
    public static AnalysisDecision DecideUnreadable(AnalysisRunStatus status, string resourceVersion, FieldFormatException error, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(error);
        return status.Phase.IsCompleted()
            ? new([], null, [new(ReasonKind.InvalidSpec, error.Message)])
            : EndInError(new() { Run = new() { Name = "", Status = status }, ResourceVersion = resourceVersion, Now = now }, $"Analysis spec invalid: {error.Message}");
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
        return [.. Enumerable.Range(0, metrics.Length).Where(i => MetricSchedule.DueAt(metrics[i], seen.Run, terminating, seen.Now) <= seen.Now)];
    }

    private static AnalysisDecision Measure(AnalysisRunObservation seen, ImmutableArray<int> due)
    {
        var run = seen.Run;
        ImmutableArray<SecretKeyReference> keys = [.. run.Args.Select(a => a.ValueFrom?.SecretKey).OfType<SecretKeyReference>().Distinct()];
        if (!keys.IsEmpty && seen.Secrets is null)
            return new([new ReadSecrets(keys)], null, [new(ReasonKind.Measuring, "reading the secrets that the metrics use")]);
        var readings = (seen.Secrets ?? []).ToDictionary(r => r.Reference);
        foreach (var key in keys)
        {
            if (!readings.TryGetValue(key, out var reading) || reading.Value is null)
                return EndInError(seen, $"Unable to resolve metric arguments: {reading?.Error ?? $"secret '{key.Name}' was not read"}");
        }

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

    private static MeasurementTask Task(AnalysisRun run, Metric metric, ImmutableArray<string> secrets)
    {
        var result = run.Status.Result(metric.Name);
        return new(run.Namespace, metric, result?.Finished ?? 0, result?.LastMeasurement is { FinishedAt: null } unfinished ? unfinished : null, secrets);
    }

    private static AnalysisEffect Effect(MeasurementTask task, bool terminating) => terminating ? new TerminateMeasurement(task) : new TakeMeasurement(task);

    /// <summary>Records what was measured and writes what follows from it.</summary>
    private static AnalysisDecision Conclude(AnalysisRunObservation seen, ImmutableArray<Metric> metrics, MetricRuleSets rules)
    {
        var terminating = RunAssessment.IsTerminating(seen.Run);
        var status = (seen.Finished ?? []).Aggregate(
            seen.Run.Status, (s, finished) => MeasurementRecording.Record(s, finished, rules.DryRun.Contains(finished.Task.Metric.Name), seen.Now));
        (status, var events) = RunAssessment.Assess(seen.Run with { Status = status }, metrics, rules.DryRun, terminating, seen.Now);
        status = Trimmed(status, rules);
        var effects = Writes(seen, status, events);
        var after = seen.Run with { Status = status };
        if (status.Phase.IsCompleted())
            return WhenCompleted(seen with { Run = after }) with { Effects = effects };
        // What this pass made of the run is seen by the next one, which may have to end measurements at once (RUN-13).
        var next = RunAssessment.IsTerminating(after) && !terminating
            ? seen.Now
            : metrics.Select(m => MetricSchedule.DueAt(m, after, terminating, seen.Now)).Min();
        TimeSpan? wait = next is { } at ? (at > seen.Now ? at - seen.Now : TimeSpan.Zero) : null;
        return new(effects, wait, AnalysisReasons.WhileRunning(after, metrics, terminating, seen.Now));
    }

    private static AnalysisRunStatus Trimmed(AnalysisRunStatus status, MetricRuleSets rules) => status with
    {
        MetricResults = [.. status.MetricResults.Select(r => r.Measurements.Length > rules.KeptFor(r.Name) ? r with { Measurements = r.Measurements[^rules.KeptFor(r.Name)..] } : r)],
    };

    // The reference leaves completedAt unset here, so that such a run is never deleted (RUN-2); nobody can want that.
    private static AnalysisDecision EndInError(AnalysisRunObservation seen, string message)
    {
        var status = seen.Run.Status with { Phase = AnalysisPhase.Error, Message = message, CompletedAt = seen.Now.ToWholeSeconds() };
        var ended = WhenCompleted(seen with { Run = seen.Run with { Status = status } });
        return ended with { Effects = Writes(seen, status, [RunAssessment.Completed(AnalysisPhase.Error)]) };
    }

    private static ImmutableArray<AnalysisEffect> Writes(AnalysisRunObservation seen, AnalysisRunStatus status, ImmutableArray<AnalysisEffect> events)
    {
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
        if (status.CompletedAt is not { } completedAt || TimeToLive(seen.Run) is not { } seconds)
            return new([], null, [ended]);
        // Whole seconds must exceed the limit, hence one more.
        var deleteAt = completedAt + TimeSpan.FromSeconds(seconds + 1L);
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
