using System.Collections.Immutable;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation.Pods;

namespace Bascule.Api.Validation;

/// <summary>
/// Checks a pod template by the rules of Kubernetes for a ReplicaSet (VAL-4). Only what Kubernetes surely refuses is an
/// error: what a newer API server may allow is left to it.
/// </summary>
public static class PodTemplateValidation
{
    /// <summary>The labels of the Rollout's pod template.</summary>
    public static ImmutableSortedDictionary<string, string> Labels(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return (rollout.Spec.Template ?? default).Member("metadata").Map("labels");
    }

    /// <summary>The template has labels or annotations (SPEC-14).</summary>
    internal static bool HasMetadata(Rollout rollout) => !Labels(rollout).IsEmpty || !Annotations(rollout).IsEmpty;

    internal static void Check(Findings findings, Rollout rollout)
    {
        var labels = Labels(rollout);
        if (rollout.Spec.Selector is { IsEmpty: false } selector && !selector.Matches(labels))
            findings.Invalid("metadata.labels", string.Join(',', labels.Select(l => $"{l.Key}={l.Value}")), $"the selector {selector} does not match the labels of the template");
        CheckLabels(findings, labels, "labels");
        CheckAnnotations(findings, Annotations(rollout));
        using var scope = findings.In("spec");
        var spec = (rollout.Spec.Template ?? default).Member("spec");
        PodSpecValidation.Check(findings, spec);
        findings.OneOf("restartPolicy", spec.Text("restartPolicy"), ["Always"]);
        if (spec.Int("activeDeadlineSeconds") is not null)
            findings.Forbidden("activeDeadlineSeconds", "pods of a ReplicaSet have no deadline");
    }

    /// <summary>Checks label keys and values, also those of a selector.</summary>
    internal static void CheckLabels(Findings findings, ImmutableSortedDictionary<string, string> labels, string field)
    {
        foreach (var (key, value) in labels)
        {
            if (!Names.IsLabelKey(key))
                findings.Invalid(field, key, Names.LabelKeyRule);
            if (!Names.IsLabelValue(value))
                findings.Invalid(field, value, Names.LabelValueRule);
        }
    }

    private static ImmutableSortedDictionary<string, string> Annotations(Rollout rollout) => (rollout.Spec.Template ?? default).Member("metadata").Map("annotations");

    private static void CheckAnnotations(Findings findings, ImmutableSortedDictionary<string, string> annotations)
    {
        foreach (var (key, _) in annotations)
        {
            // Kubernetes checks annotation keys in lower case because older objects may hold capitals there.
#pragma warning disable CA1308 // DNS names are compared in lower case.
            if (!Names.IsLabelKey(key.ToLowerInvariant()))
#pragma warning restore CA1308
                findings.Invalid("annotations", key, Names.LabelKeyRule);
        }
    }
}
