using Bascule.Api.Analysis;
using Bascule.Api.Experiments;

namespace Bascule.Engine.Experiments;

/// <summary>Where an Experiment stands, from where its versions and analyses stand (EX-13, EX-16 to EX-20).</summary>
internal static class ExperimentPhases
{
    private const string RequiredCompleted = "Required AnalysisRuns completed";

    /// <summary>The Experiment is ending (EX-20): nothing is made any more, everything is taken down.</summary>
    public static bool IsTerminating(Experiment experiment)
    {
        var (spec, status) = (experiment.Spec, experiment.Status);
        return spec.Terminate
            || status.Phase.IsCompleted()
            || spec.Templates.Any(t => status.Template(t.Name)?.Phase is ExperimentTemplatePhase.Failed or ExperimentTemplatePhase.Error)
            || spec.Analyses.Any(a => IsBad(status.Run(a.Name)?.Phase))
            || RequiredAreSuccessful(spec, status);
    }

    /// <summary>The versions have run beside each other for as long as they should.</summary>
    public static bool DurationPassed(ExperimentObservation seen) => EndsAt(seen.Experiment.Spec, seen.Experiment.Status) <= seen.Now;

    /// <summary>When the duration is over; null before all versions were available, and without a duration.</summary>
    public static DateTimeOffset? EndsAt(ExperimentSpec spec, ExperimentStatus status) => status.AvailableAt + spec.RunsFor;

    /// <summary>The status with phase, message and availableAt in step with its entries.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="status">The status with the entries of this pass.</param>
    /// <param name="now">The time of this pass, in whole seconds.</param>
    public static ExperimentStatus Assess(ExperimentSpec spec, ExperimentStatus status, DateTimeOffset now) => status.Phase switch
    {
        // A phase that nobody knows ends up here as well, and the Experiment goes on.
        AnalysisPhase.None => status with { Phase = AnalysisPhase.Pending },
        AnalysisPhase.Pending or AnalysisPhase.Running => UnderWay(spec, status, now),
        AnalysisPhase.Successful or AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive => status,
    };

    /// <summary>EX-17.</summary>
    private static ExperimentStatus UnderWay(ExperimentSpec spec, ExperimentStatus status, DateTimeOffset now)
    {
        var templates = OfTemplates(spec, status);
        var runs = OfRuns(spec, status);
        if (templates.Phase == AnalysisPhase.Running)
            status = status with { AvailableAt = status.AvailableAt ?? now };
        var (phase, message) = templates.Phase.IsCompleted()
            // Analyses that are neither over nor required do not hold up the end (EX-18); required ones do (EX-19).
            ? templates.Phase == AnalysisPhase.Successful && (runs.Phase.IsCompleted() || spec.Analyses.Any(a => a.RequiredForCompletion)) ? runs : templates
            : IsBad(runs.Phase) || RequiredAreSuccessful(spec, status) ? runs : templates;
        return status with { Phase = phase, Message = message };
    }

    private static (AnalysisPhase Phase, string Message) OfTemplates(ExperimentSpec spec, ExperimentStatus status)
    {
        var (worst, message) = (ExperimentTemplatePhase.Successful, "");
        foreach (var template in spec.Templates)
        {
            var entry = status.Template(template.Name) ?? new() { Name = template.Name };
            if (entry.Phase.IsWorseThan(worst))
                (worst, message) = (entry.Phase, entry.Message);
        }

        return (worst switch
        {
            ExperimentTemplatePhase.None or ExperimentTemplatePhase.Progressing => AnalysisPhase.Pending,
            ExperimentTemplatePhase.Running => AnalysisPhase.Running,
            ExperimentTemplatePhase.Successful => AnalysisPhase.Successful,
            ExperimentTemplatePhase.Error => AnalysisPhase.Error,
            ExperimentTemplatePhase.Failed => AnalysisPhase.Failed,
        }, message);
    }

    private static (AnalysisPhase Phase, string Message) OfRuns(ExperimentSpec spec, ExperimentStatus status)
    {
        var (worst, message) = (AnalysisPhase.Successful, "");
        foreach (var analysis in spec.Analyses)
        {
            if (status.Run(analysis.Name) is { } entry && entry.Phase.IsWorseThan(worst))
                (worst, message) = (entry.Phase, entry.Message);
        }

        // In the reference another analysis that is still under way hides that the required ones have ended well. The
        // Experiment is taken down all the same, whereupon nothing could ever end it.
        if (RequiredAreSuccessful(spec, status) && !IsBad(worst))
            return (AnalysisPhase.Successful, RequiredCompleted);
        return (worst == AnalysisPhase.Pending ? AnalysisPhase.Running : worst, message);
    }

    private static bool RequiredAreSuccessful(ExperimentSpec spec, ExperimentStatus status)
    {
        var required = spec.Analyses.Where(a => a.RequiredForCompletion).ToList();
        return required.Count > 0 && required.All(a => status.Run(a.Name)?.Phase == AnalysisPhase.Successful);
    }

    private static bool IsBad(AnalysisPhase? phase) => phase is AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive;
}
