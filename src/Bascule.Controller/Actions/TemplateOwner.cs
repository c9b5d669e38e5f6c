using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>The object that has a Rollout's pod template: the Rollout itself, or the workload that it refers to (CLI-8, CLI-10).</summary>
/// <param name="Template">The pod template, raw; undefined when there is none.</param>
/// <param name="Path">Where the template is, as a JSON pointer.</param>
/// <param name="Target">The workload to patch; null for the Rollout.</param>
internal readonly record struct TemplateOwner(JsonElement Template, string Path, PatchTarget? Target)
{
    /// <summary>Finds it.</summary>
    /// <param name="rollout">The Rollout as stored.</param>
    /// <param name="workload">What <c>spec.workloadRef</c> names; null when that is missing.</param>
    /// <exception cref="RolloutActionException">The workload is missing, or of a kind that cannot be taken over.</exception>
    public static TemplateOwner Of(Rollout rollout, KubeObject? workload)
    {
        if (rollout.Spec.WorkloadRef is not { } reference)
            return new(rollout.Spec.Template ?? default, "/spec/template", null);
        if (workload is null || LiveWorkloads.TypeOf(reference) is not { } type)
        {
            throw new RolloutActionException(
                $"rollout \"{rollout.Name}\" takes its pod template from {reference.Kind} \"{reference.Name}\" (spec.workloadRef), which was not found",
                "create it, or correct spec.workloadRef");
        }

        var target = new PatchTarget(type, workload.Key);
        return type == ResourceTypes.PodTemplates
            ? new(workload.Root.Member("template"), "/template", target)
            : new(workload.Root.Member("spec").Member("template"), "/spec/template", target);
    }
}
