using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What Kubernetes asks of Deployments and their kin beyond structure.</summary>
internal static class WorkloadChecks
{
    private const string PercentText = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

    /// <summary>Kinds with a selector over the pods of their template, which run for ever.</summary>
    public static IEnumerable<FieldError> Workload(string kind, JsonObject? spec)
    {
        if (spec is null)
            yield break;
        foreach (var error in PodChecks.NotNegative(spec, "spec", "replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds").Concat(Selector(kind, spec)).Concat(Template(spec.Object("template"), "spec.template")))
            yield return error;
        if (spec.Object("template").Object("spec").String("restartPolicy") is { } policy and ("Never" or "OnFailure"))
            yield return FieldError.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
        if (kind != "Deployment")
            yield break;
        foreach (var error in Strategy(spec.Object("strategy")))
            yield return error;
        if (spec.Integer("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Integer("minReadySeconds") ?? 0))
            yield return FieldError.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
    }

    /// <summary>Jobs, whose pods end.</summary>
    public static IEnumerable<FieldError> Job(JsonObject? spec, string path)
    {
        var template = spec.Object("template");
        foreach (var error in PodChecks.NotNegative(spec, path, "completions", "parallelism", "backoffLimit", "activeDeadlineSeconds").Concat(Template(template, $"{path}.template")))
            yield return error;
        if (template.Object("spec").String("restartPolicy") == "Always")
            yield return FieldError.NotSupported($"{path}.template.spec.restartPolicy", "Always", ["OnFailure", "Never"]);
    }

    /// <summary>A pod template.</summary>
    public static IEnumerable<FieldError> Template(JsonObject? template, string path)
    {
        if (template is null)
            return [];
        if (template.Object("spec") is not { } spec)
            return [FieldError.Required($"{path}.spec.containers")];
        return NameChecks.Metadata(template.Object("metadata"), $"{path}.metadata").Concat(PodChecks.Spec(spec, $"{path}.spec"));
    }

    private static IEnumerable<FieldError> Selector(string kind, JsonObject spec)
    {
        if (spec.Object("selector") is not { } selector)
            yield break;
        if (selector.Object("matchLabels") is not { Count: > 0 } && selector.Array("matchExpressions") is not { Count: > 0 })
        {
            yield return new FieldError("spec.selector", FieldErrorType.Invalid, $"empty selector is invalid for {Words(kind)}", "{}");
            yield break;
        }

        foreach (var error in NameChecks.Labels(selector.Object("matchLabels"), "spec.selector.matchLabels"))
            yield return error;
        var labels = spec.Object("template").Object("metadata").Object("labels");
        if (spec.Object("template") is not null && !Matches(selector, labels))
            yield return new FieldError("spec.template.metadata.labels", FieldErrorType.Invalid, "`selector` does not match template `labels`", GoMap(labels));
    }

    private static bool Matches(JsonObject selector, JsonObject? labels) =>
        (selector.Object("matchLabels") ?? []).All(p => labels.String(p.Key) is { } value && p.Value is JsonValue wanted && wanted.ToString() == value)
        && (selector.Array("matchExpressions") ?? []).OfType<JsonObject>().All(e => Holds(e, labels));

    private static bool Holds(JsonObject expression, JsonObject? labels)
    {
        var value = labels.String(expression.String("key") ?? "");
        var values = (expression.Array("values") ?? []).Select(v => v?.ToString()).ToList();
        return expression.String("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            _ => value is null,
        };
    }

    private static IEnumerable<FieldError> Strategy(JsonObject? strategy)
    {
        if (strategy is null)
            yield break;
        var rolling = strategy.Object("rollingUpdate");
        if (strategy.String("type") == "Recreate")
        {
            if (rolling is not null)
                yield return FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
            yield break;
        }

        foreach (var field in new[] { "maxUnavailable", "maxSurge" })
        {
            if (Amount(rolling?[field], $"spec.strategy.rollingUpdate.{field}") is { } error)
                yield return error;
        }

        if (IsZero(rolling?["maxUnavailable"]) && IsZero(rolling?["maxSurge"]))
            yield return FieldError.Invalid("spec.strategy.rollingUpdate.maxUnavailable", rolling?["maxUnavailable"]?.DeepClone(), "may not be 0 when `maxSurge` is 0");
        if (rolling.String("maxUnavailable") is { } share && int.TryParse(share.TrimEnd('%'), CultureInfo.InvariantCulture, out var percent) && percent > 100)
            yield return FieldError.Invalid("spec.strategy.rollingUpdate.maxUnavailable", share, "must not be greater than 100%");
    }

    private static FieldError? Amount(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        JsonValueKind.String when value.GetValue<string>() is var text && !(text.EndsWith('%') && text.Length > 1 && text[..^1].All(char.IsAsciiDigit)) => FieldError.Invalid(path, text, PercentText),
        JsonValueKind.Number when Json.AsInteger(value) < 0 => FieldError.Invalid(path, value.DeepClone(), "must be greater than or equal to 0"),
        _ => null,
    };

    private static bool IsZero(JsonNode? value) => value?.ToString() is "0" or "0%";

    private static string Words(string kind) => kind switch
    {
        "StatefulSet" => "statefulset",
        "DaemonSet" => "daemonset",
        _ => "deployment",
    };

    private static string GoMap(JsonObject? labels) =>
        labels is null ? "map[string]string(nil)" : $"map[string]string{{{string.Join(", ", labels.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"\"{p.Key}\":{FieldError.Show(p.Value)}"))}}}";
}
