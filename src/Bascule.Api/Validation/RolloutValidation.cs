using Bascule.Api.Rollouts;

namespace Bascule.Api.Validation;

/// <summary>Checks a Rollout by itself (VAL rows). Only the first error counts.</summary>
public static class RolloutValidation
{
    /// <summary>The first error; null when the spec is good.</summary>
    public static FieldError? FirstError(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return Errors(rollout).FirstOrDefault();
    }

    /// <summary>All errors, in the order in which they are looked for.</summary>
    public static IEnumerable<FieldError> Errors(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        var spec = rollout.Spec;
        return NotNegative("spec.replicas", rollout.Replicas)
            .Concat(Selector(spec))
            .Concat(Template(rollout))
            .Concat(NotNegative("spec.minReadySeconds", spec.MinReadySeconds))
            .Concat(NotNegative("spec.revisionHistoryLimit", spec.RevisionHistoryLimit))
            .Concat(NotNegative("spec.progressDeadlineSeconds", spec.ProgressDeadlineSeconds))
            .Concat(Deadline(spec))
            .Concat(Strategy(spec));
    }

    private static IEnumerable<FieldError> NotNegative(string path, int value)
    {
        if (value < 0)
            yield return FieldError.Invalid(path, value, "must be greater than or equal to 0");
    }

    private static IEnumerable<FieldError> Selector(RolloutSpec spec)
    {
        if (spec.WorkloadRef is not null)
            yield break;
        if (spec.Selector is not { } selector)
        {
            yield return FieldError.Required("spec.selector", "the Rollout needs a selector that matches the labels of its pod template");
            yield break;
        }

        foreach (var error in SelectorValidation.Errors(selector, "spec.selector"))
            yield return error;
        if (selector.IsEmpty)
            yield return FieldError.Invalid("spec.selector", selector.ToString(), "empty selector is invalid for deployment: expected matchLabels or matchExpressions");
    }

    private static IEnumerable<FieldError> Template(Rollout rollout)
    {
        var spec = rollout.Spec;
        if (spec.WorkloadRef is not null)
        {
            if (PodTemplateValidation.HasMetadata(rollout))
                yield return FieldError.Internal("spec.template", "template must be empty when workloadRef is set");
            yield break;
        }

        foreach (var error in PodTemplateValidation.Errors(rollout, "spec.template"))
            yield return error;
    }

    private static IEnumerable<FieldError> Deadline(RolloutSpec spec)
    {
        if (spec.ProgressDeadlineSeconds <= spec.MinReadySeconds)
            yield return FieldError.Invalid("spec.progressDeadlineSeconds", spec.ProgressDeadlineSeconds, $"must be greater than minReadySeconds, which is {spec.MinReadySeconds}");
    }

    private static IEnumerable<FieldError> Strategy(RolloutSpec spec) => (spec.Canary, spec.BlueGreen) switch
    {
        (null, null) => [FieldError.Required("spec.strategy.strategy", "either canary or blueGreen must be set")],
        ({ }, { }) => [FieldError.Invalid("spec.strategy.strategy", "blueGreen: true canary: true", "found both canary and blueGreen, expected one")],
        (null, { } blueGreen) => BlueGreenValidation.Errors(spec, blueGreen),
        ({ } canary, null) => CanaryValidation.Errors(canary),
    };
}
