using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>Checks a Rollout by itself (VAL rows). Only the first error counts.</summary>
public static class RolloutValidation
{
    /// <summary>The first error; null when the spec is good.</summary>
    public static FieldError? FirstError(Rollout rollout) => Errors(rollout) is [var first, ..] ? first : null;

    /// <summary>All errors, in the order in which they are looked for.</summary>
    public static IReadOnlyList<FieldError> Errors(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var (spec, findings) = (rollout.Spec, new Findings());
        using var scope = findings.In("spec");
        NotNegative(findings, "replicas", rollout.Replicas);
        Selector(findings, spec);
        Template(findings, rollout);
        NotNegative(findings, "minReadySeconds", spec.MinReadySeconds);
        NotNegative(findings, "revisionHistoryLimit", spec.RevisionHistoryLimit);
        NotNegative(findings, "progressDeadlineSeconds", spec.ProgressDeadlineSeconds);
        if (spec.ProgressDeadlineSeconds <= spec.MinReadySeconds)
            findings.Invalid("progressDeadlineSeconds", spec.ProgressDeadlineSeconds, $"must be greater than minReadySeconds, which is {spec.MinReadySeconds}");
        Strategy(findings, spec);
        return findings.Errors;
    }

    private static void NotNegative(Findings findings, string field, int value)
    {
        if (value < 0)
            findings.Invalid(field, value, "must be greater than or equal to 0");
    }

    private static void Selector(Findings findings, RolloutSpec spec)
    {
        // A workload that is taken over brings a selector along, unless it is a PodTemplate (SPEC-13).
        var isNeeded = spec.WorkloadRef is null || spec.IsResolved;
        if (spec.Selector is not { } selector)
        {
            if (isNeeded)
                findings.Required("selector", "the Rollout needs a selector that matches the labels of its pod template");
            return;
        }

        using (findings.In("selector"))
            SelectorValidation.Check(findings, selector);
        if (selector.IsEmpty && isNeeded)
            findings.Invalid("selector", "", "an empty selector matches every pod: expected matchLabels or matchExpressions");
    }

    private static void Template(Findings findings, Rollout rollout)
    {
        if (rollout.Spec.WorkloadRef is null || rollout.Spec.IsResolved)
        {
            using (findings.In("template"))
                PodTemplateValidation.Check(findings, rollout);
        }
        else if (PodTemplateValidation.HasMetadata(rollout))
        {
            findings.Add(FieldError.Internal("spec.template", "must be empty when workloadRef is set"));
        }
    }

    private static void Strategy(Findings findings, RolloutSpec spec)
    {
        using var scope = findings.In("strategy");
        switch (spec.Canary, spec.BlueGreen)
        {
            case (null, null):
                findings.Required("strategy", "either canary or blueGreen must be set");
                break;
            case ({ }, { }):
                findings.Invalid("strategy", "blueGreen: true canary: true", "found both canary and blueGreen, expected one");
                break;
            case (null, { } blueGreen):
                BlueGreenValidation.Check(findings, spec, blueGreen);
                break;
            case ({ } canary, null):
                CanaryValidation.Check(findings, canary);
                break;
        }
    }
}
