using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Engine.Experiments.Effects;

namespace Bascule.Engine.Experiments;

/// <summary>The events that tell of a change of status (EV-50 to EV-52).</summary>
internal static class ExperimentEvents
{
    public static IEnumerable<ExperimentEffect> Between(Experiment experiment, ExperimentStatus status)
    {
        foreach (var template in status.Templates)
        {
            var before = experiment.Status.Template(template.Name)?.Phase ?? ExperimentTemplatePhase.None;
            if (before != template.Phase)
                yield return Template(template, before);
        }

        var rollout = OwningRollout.Of(experiment);
        foreach (var run in status.Runs)
        {
            var before = experiment.Status.Run(run.Name)?.Phase ?? AnalysisPhase.None;
            if (before == run.Phase || run.Phase == AnalysisPhase.None)
                continue;
            var told = Run(run, before);
            yield return told;
            // The Rollout's subscribers hear of it too. There the reference makes a warning of good news as well (the
            // defect of EV-52).
            if (rollout is not null)
                yield return told with { About = rollout };
        }

        if (experiment.Status.Phase != status.Phase)
        {
            yield return new EmitExperimentEvent(
                IsBad(status.Phase), EventReasons.ExperimentPrefix + status.Phase.Text(), $"Experiment transitioned from {experiment.Status.Phase.Text()} -> {status.Phase.Text()}");
        }
    }

    private static EmitExperimentEvent Template(ExperimentTemplateStatus template, ExperimentTemplatePhase before) => new(
        template.Phase is ExperimentTemplatePhase.Failed or ExperimentTemplatePhase.Error,
        EventReasons.TemplatePrefix + template.Phase.Text(),
        WithMessage($"Template '{template.Name}' transitioned from {before.Text()} -> {template.Phase.Text()}", template.Message));

    private static EmitExperimentEvent Run(ExperimentRunStatus run, AnalysisPhase before) => new(
        IsBad(run.Phase),
        EventReasons.AnalysisRunPrefix + run.Phase.Text(),
        WithMessage($"AnalysisRun '{run.Name}' transitioned from {before.Text()} -> {run.Phase.Text()}", run.Message));

    private static string WithMessage(string text, string message) => message.Length == 0 ? text : $"{text}: {message}";

    private static bool IsBad(AnalysisPhase phase) => phase is AnalysisPhase.Failed or AnalysisPhase.Error or AnalysisPhase.Inconclusive;
}
