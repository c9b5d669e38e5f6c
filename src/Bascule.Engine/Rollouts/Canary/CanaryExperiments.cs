using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Engine.Rollouts.Experiments;
using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Carries out what a pass plans about Experiments (EXS-1, EXS-5, EXS-8).</summary>
/// <param name="at">The situation.</param>
/// <param name="draft">What the pass collects.</param>
internal sealed class CanaryExperiments(Situation at, PassDraft draft)
{
    private readonly StepExperimentPlan plan = draft.Pause.IsAborted || at.PromoteFull ? new StepExperiments(at).End() : at.StepExperiments;

    /// <summary>The Experiment that the status names after this pass; empty for none (STAT-23).</summary>
    public string CurrentName => plan.CurrentName;

    /// <summary>The step is done.</summary>
    public bool IsSuccessful => plan.IsSuccessful;

    /// <summary>Acts on the plan, and pauses or aborts by what the Experiment came to.</summary>
    public void Run()
    {
        if (plan.Create is { } created)
        {
            draft.Writes.Add(new CreateExperiment(created.Name, created.Body));
            draft.Events.Add(new EmitEvent(false, EventReasons.ExperimentCreated, $"Created Experiment '{created.Name}'"));
        }

        foreach (var ended in plan.Terminate)
            draft.Writes.Add(new TerminateExperiment(ended.Name, Patches.Terminate));
        foreach (var old in plan.Delete)
            draft.Writes.Add(new DeleteExperiment(old.Name, old.Meta.Uid));
        if (plan.Problem is { } problem)
        {
            draft.Reasons.Add(new Reason(ReasonKind.ExperimentRunning, $"the Experiment of the step cannot be made: {problem.Path}: {problem.Value}: {problem.Message}")
            {
                Unblock = $"correct {problem.Path}",
            });
        }

        if (plan.IsInconclusive && !at.HasPause(PauseReasons.InconclusiveExperiment))
            draft.Pause.Add(PauseReasons.InconclusiveExperiment);
        if (plan.AbortCause is { } cause)
            draft.Pause.Abort(cause);
    }
}
