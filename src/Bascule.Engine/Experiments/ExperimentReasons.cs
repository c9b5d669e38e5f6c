using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>Why an Experiment stands where it stands.</summary>
/// <param name="seen">What was seen.</param>
/// <param name="status">The status after this pass.</param>
/// <param name="templates">The versions in this pass.</param>
internal sealed class ExperimentReasons(ExperimentObservation seen, ExperimentStatus status, ImmutableArray<TemplateRules> templates)
{
    public ImmutableArray<Reason> All()
    {
        if (status.Phase.IsCompleted())
            return [Ended(), .. Leaving()];
        return [.. UnderWay(), .. Runs(), .. Leaving()];
    }

    private Reason Ended() => new(
        ReasonKind.ExperimentCompleted, $"the experiment has ended: {status.Phase.Text()}{(status.Message.Length == 0 ? "" : $": {status.Message}")}");

    private IEnumerable<Reason> UnderWay()
    {
        foreach (var (template, rules) in seen.Experiment.Spec.Templates.Zip(templates))
        {
            if (rules.Deadline is not { } deadline)
                continue;
            var available = status.Template(template.Name)?.AvailableReplicas ?? 0;
            yield return new(ReasonKind.WaitingForPods, $"template '{template.Name}': {available} of {rules.Desired} pods are available, {Seconds(deadline)} s are left")
            {
                WaitsFor = $"ReplicaSet/{rules.ReplicaSet?.Name ?? ExperimentNames.ReplicaSet(seen.Experiment.Name, template.Name)}",
                Unblock = "available pods of that ReplicaSet",
                LookAgainAfter = deadline - seen.Now,
            };
        }

        if (status.Phase == AnalysisPhase.Running)
            yield return Running();
    }

    private Reason Running()
    {
        if (seen.Experiment.Spec.Terminate)
            return new(ReasonKind.ExperimentRunning, "was asked to end, which it does with its required analyses") { Unblock = "the end of its analyses" };
        if (ExperimentPhases.EndsAt(seen.Experiment.Spec, status) is not { } ends)
            return new(ReasonKind.ExperimentRunning, "running until its analyses or somebody ends it") { Unblock = "set spec.terminate to end it" };
        return ends > seen.Now
            ? new(ReasonKind.ExperimentRunning, $"running, {Seconds(ends)} s are left") { LookAgainAfter = ends - seen.Now }
            : new(ReasonKind.ExperimentRunning, "has run for its duration") { Unblock = "the end of its analyses, and pods that are available" };
    }

    private IEnumerable<Reason> Runs() =>
        from run in status.Runs
        where run.AnalysisRun.Length > 0 && !run.Phase.IsCompleted()
        select new Reason(ReasonKind.Measuring, $"analysis '{run.Name}': {run.Phase.Text()}") { WaitsFor = $"AnalysisRun/{run.AnalysisRun}" };

    private IEnumerable<Reason> Leaving()
    {
        foreach (var rules in templates)
        {
            if (rules.ReplicaSet is not { } rs || rules.Desired > 0 || (rs.Wanted == 0 && rs.Current == 0 && rs.Available == 0))
                continue;
            yield return rules.KeptUntil is { } until
                ? new(ReasonKind.WaitingForOldPods, $"ReplicaSet {rs.Name} keeps its pods for another {Seconds(until)} s") { LookAgainAfter = until - seen.Now }
                : new(ReasonKind.WaitingForOldPods, $"{Math.Max(rs.Current, rs.Available)} pods of ReplicaSet {rs.Name} still have to go") { WaitsFor = $"ReplicaSet/{rs.Name}" };
        }
    }

    private string Seconds(DateTimeOffset until) => Math.Ceiling((until - seen.Now).TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
}
