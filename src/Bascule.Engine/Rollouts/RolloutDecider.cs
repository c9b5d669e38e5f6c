using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts;

/// <summary>Decides what to do about a Rollout.</summary>
public static class RolloutDecider
{
    /// <summary>
    /// Looks at everything and says what to do next. Total: every observation has an answer. At the fixpoint there are
    /// no effects.
    /// </summary>
    public static Decision Decide(RolloutObservation seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new Decision([], null, [new Reason(ReasonKind.Healthy, "nothing to do")]);
    }

    /// <summary>
    /// What to record when the API refused a <see cref="Effects.CreateReplicaSet"/> for another reason than that the
    /// name exists (NAME-3); the caller then retries with its back-off.
    /// </summary>
    /// <param name="seen">The observation of the decision that failed.</param>
    /// <param name="error">The API's message.</param>
    public static Decision AfterReplicaSetRefused(RolloutObservation seen, string error)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return new Decision([], null, [new Reason(ReasonKind.ReplicaFailure, error)]);
    }

    /// <summary>The name that the ReplicaSet of the current pod template gets if none exists yet (NAME-1).</summary>
    public static string NewReplicaSetName(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return rollout.Name;
    }

    /// <summary>The templates that the Rollout's analyses name, without doubles.</summary>
    public static ImmutableArray<AnalysisTemplateReference> TemplatesReferenced(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return [];
    }

    /// <summary>The Services that the Rollout names, without doubles.</summary>
    public static ImmutableArray<string> ServicesReferenced(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return [];
    }
}
