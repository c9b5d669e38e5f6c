using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>Takes the pods of the Deployment that a Rollout takes the place of (SPEC-17 to SPEC-20).</summary>
internal static class WorkloadScaling
{
    /// <summary>The size to give the Deployment; null when it is left alone.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="status">The status that the pass comes to. The Deployment is scaled before it is written, so that what is
    /// recorded as healthy has taken its place.</param>
    /// <param name="shrinks">The pass takes pods of the Rollout's own: which are left is known to the next one.</param>
    public static ScaleWorkload? Effect(Situation at, RolloutStatus status, bool shrinks)
    {
        if (at.Spec.WorkloadRef is not { Group: "apps", Kind: "Deployment" } reference || at.Seen.Workload is not { } workload || !TakesPlace(at))
            return null;
        var healthy = status.Condition(ConditionTypes.Healthy) is { Status: "True" };
        int? size = reference.ScaleDown switch
        {
            WorkloadScaleDown.OnSuccess => healthy ? 0 : null,
            WorkloadScaleDown.Progressively => healthy ? 0 : Left(at, status),
            _ => null,
        };
        if (size is not { } wanted || wanted == workload.Wanted || shrinks || (wanted > workload.Wanted && HasTakenPlace(at)))
            return null;
        return new ScaleWorkload(workload.Meta.Name, workload.Wanted, wanted, Patches.Of(workload.Meta, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = wanted } }));
    }

    /// <summary>
    /// The Rollout is still to take the Deployment's place: it is at its first revision, or none has been healthy yet. The
    /// incumbent looks at the first revision only, so that one which fails and is mended leaves both running for good
    /// (SPEC-20). Later on the Deployment is the user's again: whoever scales it up wants to go back to it.
    /// </summary>
    private static bool TakesPlace(Situation at) => at.New is { Revision: 1 } || !HasTakenPlace(at);

    /// <summary>
    /// It was healthy once. What it loses later is its own affair: the incumbent gives the Deployment pods again while the
    /// first revision lasts, and never takes them back once there is a second.
    /// </summary>
    private static bool HasTakenPlace(Situation at) => at.Status.Condition(ConditionTypes.Healthy) is not null;

    /// <summary>As many pods as the Rollout lacks; null while it has none that serve and is not losing any.</summary>
    private static int? Left(Situation at, RolloutStatus status)
    {
        var serving = at.BlueGreen is not null && at.OfHash(status.BlueGreen.ActiveSelector) is { } active ? [active] : at.All;
        // What is ready and no longer wanted is about to go, and the Deployment's pods with it if it counted.
        var ready = serving.Sum(r => Math.Min(r.Wanted, r.Ready));
        return ready > 0 || at.New?.Wanted > at.NextSizes.New ? Math.Max(0, at.Replicas - ready) : null;
    }
}
