using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>What a refusal of the API means for the Experiment, by effect (EX-6, EX-12).</summary>
/// <param name="seen">The observation of the decision that failed.</param>
/// <param name="error">The API's message.</param>
internal sealed class RefusalRules(ExperimentObservation seen, string error) : IExperimentEffectCases<ExperimentDecision>
{
    private readonly ExperimentStatus _status = seen.Experiment.Status;

    public ExperimentDecision LookPastCache(LookPastCache effect) => Retry();

    public ExperimentDecision CreateReplicaSet(CreateExperimentReplicaSet effect) => Template(
        effect.Template,
        $"Failed to create ReplicaSet for template '{effect.Template}': {error}",
        new EmitExperimentEvent(true, EventReasons.ReplicaSetCreateError, $"Failed to create new replica set \"{effect.Name}\": {error}"));

    public ExperimentDecision ScaleReplicaSet(ScaleExperimentReplicaSet effect) => Template(
        effect.Template,
        $"Unable to scale ReplicaSet for template '{effect.Template}' to desired replica count '{effect.To}': {error}",
        new EmitExperimentEvent(true, EventReasons.ReplicaSetUpdateError, $"Failed to scale {effect.Name} {effect.Direction}: {error}"));

    public ExperimentDecision DelayScaleDown(DelayScaleDown effect) => Retry();

    public ExperimentDecision CreateService(CreateExperimentService effect) =>
        Template(effect.Template, $"Failed to create Service {effect.Name} for template '{effect.Template}': {error}");

    public ExperimentDecision DeleteService(DeleteExperimentService effect) =>
        Template(effect.Template, $"Failed to delete Service for template '{effect.Template}': {error}");

    public ExperimentDecision StartRun(StartExperimentRun effect)
    {
        var before = _status.Run(effect.Analysis) ?? new() { Name = effect.Analysis };
        if (before.Phase.IsCompleted())
            return Retry();
        var run = before with { Phase = AnalysisPhase.Error, Message = $"Failed to create AnalysisRun for analysis '{effect.Analysis}': {error}" };
        return Record(_status with { Runs = [.. _status.Runs.Where(r => r.Name != run.Name), run] }, run.Message);
    }

    public ExperimentDecision EndRun(EndExperimentRun effect) => Retry();

    public ExperimentDecision PatchStatus(PatchExperimentStatus effect) => Retry();

    public ExperimentDecision EmitEvent(EmitExperimentEvent effect) => Retry();

    /// <summary>A version that has ended stays as it ended (EX-10); taking it down is tried again.</summary>
    private ExperimentDecision Template(string? name, string message, params ExperimentEffect[] events)
    {
        if (name is null)
            return Retry(events);
        var before = _status.Template(name) ?? new() { Name = name };
        if (before.Phase.IsCompleted())
            return Retry(events);
        var template = before with { Phase = ExperimentTemplatePhase.Error, Message = message };
        return Record(_status with { Templates = [.. _status.Templates.Where(t => t.Name != name), template] }, message, events);
    }

    private ExperimentDecision Record(ExperimentStatus status, string message, params ExperimentEffect[] events)
    {
        var pass = new ExperimentPass(seen);
        return new([.. events, .. pass.Write(pass.Concluded(status))], null, [Reason(message)]);
    }

    private ExperimentDecision Retry(params ExperimentEffect[] events) => new([.. events], null, [Reason(error)]);

    private static Reason Reason(string message) => new(ReasonKind.ReplicaFailure, message) { Unblock = "correct what the API server refuses, or let it allow it" };
}
