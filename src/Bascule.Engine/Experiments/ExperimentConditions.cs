using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Experiments;

/// <summary>The conditions of an Experiment (EX-3, EX-22).</summary>
internal static class ExperimentConditions
{
    /// <summary>The conditions that a status whose phase and entries are settled has.</summary>
    public static ImmutableArray<RolloutCondition> Of(ExperimentObservation seen, ExperimentStatus status)
    {
        var conditions = status.Conditions.Without(ConditionTypes.InvalidSpec);
        var name = seen.Experiment.Name;
        if (status.Phase == AnalysisPhase.Successful)
            return conditions.Set(New("False", ConditionReasons.ExperimentCompleted, $"Experiment \"{name}\" has successfully ran and completed."));
        if (Moved(seen.Experiment.Status, status))
            return conditions.Refresh(New("True", ConditionReasons.ReplicaSetUpdated, $"Experiment \"{name}\" is progressing."));
        if (seen.Experiment.Status.AvailableAt is not null && !ExperimentPhases.DurationPassed(seen))
            return conditions.Set(New("True", ConditionReasons.NewReplicaSetAvailable, $"Experiment \"{name}\" is running."));
        return conditions;

        RolloutCondition New(string value, string reason, string message) => ConditionList.New(ConditionTypes.Progressing, value, reason, message, seen.Now);
    }

    /// <summary>The conditions of an Experiment that cannot run.</summary>
    public static ImmutableArray<RolloutCondition> Invalid(ExperimentObservation seen, string message)
    {
        var conditions = seen.Experiment.Status.Conditions;
        if (seen.Experiment.Status.Condition(ConditionTypes.InvalidSpec)?.Message != message)
            conditions = conditions.Without(ConditionTypes.InvalidSpec);
        return conditions.Set(ConditionList.New(ConditionTypes.InvalidSpec, "True", ConditionReasons.InvalidSpec, message, seen.Now));
    }

    private static bool Moved(ExperimentStatus before, ExperimentStatus after) =>
        after.Templates.Length > before.Templates.Length || after.Templates.Any(t => before.Template(t.Name) is { } was && Counts(was) != Counts(t));

    private static (int Replicas, int Updated, int Ready, int Available) Counts(ExperimentTemplateStatus status) =>
        (status.Replicas, status.UpdatedReplicas, status.ReadyReplicas, status.AvailableReplicas);
}
