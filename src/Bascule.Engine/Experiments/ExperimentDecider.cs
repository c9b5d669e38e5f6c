using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Validation;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>Decides what to do about an Experiment.</summary>
public static class ExperimentDecider
{
    /// <summary>
    /// Looks at everything and says what to do next. Total: every observation has an answer. A decision asks for objects
    /// that the cache lacks, after which it is taken again with the answers, or for writes. At the fixpoint there are no
    /// effects.
    /// </summary>
    public static ExperimentDecision Decide(ExperimentObservation seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        if (seen.Experiment.Meta.DeletionTimestamp is not null)
            return new([], null, [new(ReasonKind.BeingDeleted, "the Experiment is being deleted")]);
        if (ExperimentValidation.FirstError(seen.Experiment) is { } error)
            return Invalid(seen, error);
        return Doubles(seen).ToImmutableArray() is { IsEmpty: false } doubles ? new([], null, doubles) : new ExperimentPass(seen).Decide();
    }

    /// <summary>
    /// What to record when the API refused an effect for good (EX-6, EX-12): the version or the analysis ends with an
    /// error. Timeouts and overload are no such refusal.
    /// </summary>
    /// <param name="seen">The observation of the decision that failed.</param>
    /// <param name="refused">The effect.</param>
    /// <param name="error">The API's message.</param>
    /// <returns>What to record; without effects when there is nothing left that could end, and only a retry helps.</returns>
    public static ExperimentDecision AfterRefusal(ExperimentObservation seen, ExperimentEffect refused, string error)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(refused);
        return refused.Match(new RefusalRules(seen, error));
    }

    /// <summary>The templates that the Experiment's analyses name, without doubles.</summary>
    public static ImmutableArray<AnalysisTemplateReference> TemplatesReferenced(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return [.. experiment.Spec.Analyses.Select(a => a.Template).Distinct()];
    }

    private static ExperimentDecision Invalid(ExperimentObservation seen, FieldError error)
    {
        var message = $"The Experiment \"{seen.Experiment.Name}\" is invalid: {error}";
        var status = seen.Experiment.Status with { Conditions = ExperimentConditions.Invalid(seen, message) };
        var reason = new Reason(ReasonKind.InvalidSpec, message) { Unblock = $"correct {error.Path}" };
        return new([.. new ExperimentPass(seen).Write(status)], null, [reason]);
    }

    /// <summary>EX-7. Which of the two is meant nobody can know; a person must delete one.</summary>
    private static IEnumerable<Reason> Doubles(ExperimentObservation seen) =>
        from template in seen.Experiment.Spec.Templates
        let names = ExperimentReplicaSet.Of(seen, template.Name).Select(r => r.Name).ToList()
        where names.Count > 1
        select new Reason(ReasonKind.ReplicaFailure, $"multiple ReplicaSets match single experiment template: {template.Name}: {string.Join(", ", names)}")
        {
            WaitsFor = $"ReplicaSet/{names[1]}",
            Unblock = "delete all but one of these ReplicaSets",
        };
}
