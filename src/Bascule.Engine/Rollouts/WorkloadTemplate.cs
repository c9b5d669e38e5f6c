using Bascule.Api;
using Bascule.Api.Rollouts;

namespace Bascule.Engine.Rollouts;

/// <summary>The pod template that a Rollout takes over from another workload (SPEC-13 to SPEC-16).</summary>
internal static class WorkloadTemplate
{
    /// <summary>The generation of the workload that the status stands for; empty for a Rollout with a template of its own (SPEC-16).</summary>
    public static string ObservedGeneration(Rollout rollout) =>
        rollout.Spec.WorkloadRef is null ? "" : rollout.Meta.Annotations.GetValueOrDefault(Annotations.WorkloadGeneration, "");
}
