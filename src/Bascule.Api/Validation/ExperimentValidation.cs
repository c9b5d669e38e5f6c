using Bascule.Api.Experiments;
using Bascule.Api.Meta;

namespace Bascule.Api.Validation;

/// <summary>Checks what an Experiment says by itself (EX-3).</summary>
public static class ExperimentValidation
{
    /// <summary>The first error, template by template; null when the spec can run.</summary>
    public static FieldError? FirstError(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return Errors(experiment.Spec).FirstOrDefault();
    }

    private static IEnumerable<FieldError> Errors(ExperimentSpec spec)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < spec.Templates.Length; i++)
        {
            var (template, at) = (spec.Templates[i], $"spec.templates[{i}]");
            if (template.Selector is not { } selector)
                yield return FieldError.Required($"{at}.selector", "a selector that matches the labels of the template is needed");
            else if (LabelSelector.Read(selector).IsEmpty)
                yield return FieldError.Invalid($"{at}.selector", "", "an empty selector would select all pods: expected matchLabels or matchExpressions");
            if (template.MinReadySeconds > spec.ProgressDeadlineSeconds)
                yield return FieldError.Invalid($"{at}.minReadySeconds", template.MinReadySeconds, $"must not be longer than progressDeadlineSeconds, which is {spec.ProgressDeadlineSeconds}");
            if (template.Name.Length == 0)
                yield return FieldError.Required($"{at}.name", "each template needs a name");
            else if (!names.Add(template.Name))
                yield return new FieldError($"{at}.name", "Duplicate value", $"\"{template.Name}\"", "each template needs a name of its own");
        }

        // The reference runs such an Experiment for ever without a word.
        if (spec is { Duration: { } duration, RunsFor: null })
            yield return FieldError.Invalid("spec.duration", duration, "expected a duration such as 30s, 10m or 1h30m");
    }
}
