using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Passes;

namespace Bascule.Engine.Rollouts.Experiments;

/// <summary>Makes, follows and ends the Experiments of a canary's steps (EXS-1, EXS-5 to EXS-9, GC-4).</summary>
/// <param name="at">The situation.</param>
internal sealed class StepExperiments(Situation at)
{
    private static readonly StepExperimentPlan Nothing = new();

    private readonly ImmutableArray<Experiment> _seen = at.Seen.Experiments;
    private readonly ImmutableArray<Experiment> _owned = at.Seen.Experiments.RemoveAll(e => e.Meta.ControllerUid != at.Rollout.Meta.Uid);

    /// <summary>What is to be done when the update is aborted, or goes to its end without its steps: all of them end.</summary>
    public StepExperimentPlan End() => _owned.IsEmpty ? Nothing : new() { Terminate = [.. _owned.Where(CanEnd)] };

    /// <summary>What is to be done while the update goes through its steps.</summary>
    public StepExperimentPlan Plan()
    {
        var step = at.Step?.Part<ExperimentStep>();
        if (_owned.IsEmpty && step is null)
            return Nothing;
        // An analysis that cannot tell good from bad halts everything; what runs is taken up again by its name.
        if (at.HasPause(PauseReasons.InconclusiveAnalysisRun))
            return new();
        var named = _owned.FirstOrDefault(e => e.Name == at.Status.CurrentExperiment);
        var plan = step is null ? new() : AtStep(step, named);
        var others = _owned.Where(e => e.Name != (plan.Current?.Name ?? plan.Create?.Name)).ToImmutableArray();
        return plan with { Terminate = [.. others.Where(CanEnd)], Delete = [.. History.Outdated(at, others, e => e.Meta, e => e.Status.Phase)] };
    }

    private StepExperimentPlan AtStep(ExperimentStep step, Experiment? current)
    {
        if (current is not null)
            return new() { Current = current, Weights = Weights(step, current) };
        // The reference looks at an inconclusive analysis only, and so runs one Experiment after the other while an
        // inconclusive one pauses the Rollout (the defect of EXS-6). The next one runs when a person resumes.
        if (at.Stable is not { } stable || at.New is not { } newVersion || at.HasPause(PauseReasons.InconclusiveExperiment))
            return new();
        var index = at.StepIndex ?? 0;
        var built = new StepExperimentSpec(at.Rollout, index, newVersion, stable).Build(step.Experiment);
        if (built.Failed(out var problem))
            return new() { Problem = problem };
        var spec = Patches.Element(built.Value);
        var claim = StepExperimentClaim.For(at.Rollout, newVersion.Hash, index, _seen, spec);
        return claim.Existing is { } existing
            ? new() { Current = existing }
            : new() { Create = new(claim.Name, claim.Body(at.Rollout, newVersion.Hash, spec)) };
    }

    /// <summary>Only what has a Service can be sent traffic, and only to pods that can answer it.</summary>
    private static ImmutableArray<WeightDestination> Weights(ExperimentStep step, Experiment current)
    {
        if (current.Status.Phase != AnalysisPhase.Running || current.Spec.Terminate)
            return [];
        return
        [
            .. from status in current.Status.Templates
               let weight = step.Experiment.Templates.FirstOrDefault(t => t.Name == status.Name)?.Weight
               where weight is not null && status.ServiceName.Length > 0 && status.AvailableReplicas > 0
               select new WeightDestination(weight.Value, status.ServiceName, status.PodTemplateHash),
        ];
    }

    private static bool CanEnd(Experiment experiment) =>
        !experiment.Spec.Terminate && !experiment.Status.Phase.IsCompleted() && experiment.Meta.DeletionTimestamp is null;
}
