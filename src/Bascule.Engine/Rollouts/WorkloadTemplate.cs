using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;

namespace Bascule.Engine.Rollouts;

/// <summary>The pod template that a Rollout takes over from another workload (SPEC-13 to SPEC-16).</summary>
internal static class WorkloadTemplate
{
    /// <summary>What became of a spec: the same for as long as the workload is, so that what follows from it is found out once.</summary>
    private static readonly ConditionalWeakTable<RolloutSpec, Resolution> Known = [];

    /// <summary>The generation of the workload that the status stands for; empty for a Rollout with a template of its own (SPEC-16).</summary>
    public static string ObservedGeneration(Rollout rollout) =>
        rollout.Spec.WorkloadRef is null ? "" : rollout.Meta.Annotations.GetValueOrDefault(Annotations.WorkloadGeneration, "");

    /// <summary>
    /// The Rollout as if the workload's template, and its selector if it has none, were its own. They exist in memory only:
    /// every write names single fields, and none of these.
    /// </summary>
    public static Rollout TakeOver(Rollout rollout, WorkloadView workload)
    {
        // With a template of its own it is invalid, which the validation says (SPEC-14).
        if (rollout.Spec.WorkloadRef is null || HasOwnTemplate(rollout))
            return rollout;
        var root = (JsonObject)Patches.Node(rollout.Root)!;
        var spec = (JsonObject)root["spec"]!;
        spec["template"] = Patches.Node(workload.Template);
        if (rollout.Spec.Selector is null && workload.Selector is { } selector)
            spec["selector"] = Patches.Node(selector);
        var element = Patches.Element(root);
        if (!Known.TryGetValue(rollout.Spec, out var resolution) || !ReferenceEquals(resolution.Workload, workload))
        {
            resolution = new(workload, RolloutSpec.Read(element.Member("spec")) with { IsResolved = true });
            Known.AddOrUpdate(rollout.Spec, resolution);
        }

        return rollout with { Root = element, Spec = resolution.Spec };
    }

    /// <summary>Why there is no template to take over; null when there is one, or none is asked for.</summary>
    public static FieldError? Problem(RolloutObservation seen)
    {
        if (seen.Rollout.Spec is not { WorkloadRef: { } reference, IsResolved: false } || HasOwnTemplate(seen.Rollout))
            return null;
        return ResourceName(reference) is { } resource
            ? FieldError.Invalid("spec.workloadRef.name", reference.Name, $"{resource} \"{reference.Name}\" not found")
            : FieldError.Invalid("spec.workloadRef.kind", reference.Kind, $"workload of type {reference.Group}/{reference.Kind} is not supported");
    }

    /// <summary>
    /// Notes the workload's generation on the Rollout, or takes the note off one that has a template of its own now
    /// (SPEC-15, SPEC-16, KEY-5); null when the note is right.
    /// </summary>
    public static JsonElement? NoteGeneration(RolloutObservation seen)
    {
        var rollout = seen.Rollout;
        var generation = rollout.Spec.WorkloadRef is null ? null : seen.Workload?.Meta.Generation.ToString(CultureInfo.InvariantCulture);
        if (rollout.Meta.Annotations.GetValueOrDefault(Annotations.WorkloadGeneration) == generation)
            return null;
        var annotations = new JsonObject { [Annotations.WorkloadGeneration] = generation };
        return Patches.Of(rollout.Meta, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } });
    }

    /// <summary>How the API server calls the kind; null for a kind that cannot be taken over.</summary>
    private static string? ResourceName(WorkloadReference reference) => (reference.Group, reference.Kind) switch
    {
        ("apps", "Deployment") => "deployments.apps",
        ("apps", "ReplicaSet") => "replicasets.apps",
        ("", "PodTemplate") => "podtemplates",
        _ => null,
    };

    private static bool HasOwnTemplate(Rollout rollout)
    {
        var metadata = (rollout.Spec.Template ?? default).Member("metadata");
        return !metadata.Map("labels").IsEmpty || !metadata.Map("annotations").IsEmpty;
    }

    private sealed record Resolution(WorkloadView Workload, RolloutSpec Spec);
}
