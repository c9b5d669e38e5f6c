using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;

namespace Bascule.Api.Validation;

/// <summary>Checks one canary step (VAL-50 to VAL-61).</summary>
internal static class StepValidation
{
    /// <summary>The kinds of which a step may set only one.</summary>
    private static readonly string[] Exclusive = ["setWeight", "pause", "experiment", "analysis"];

    private static readonly string[] MatchKinds = ["exact", "regex", "prefix"];

    public static IEnumerable<FieldError> Errors(CanaryStrategy canary, CanaryStep step, string path)
    {
        var exclusive = step.Kinds.Intersect(Exclusive).ToList();
        if (exclusive.Count > 1)
            yield return FieldError.Invalid(path, string.Join(", ", exclusive), "found several kinds in one step, expected one of setWeight, pause, experiment and analysis");
        if (step.Kinds.IsEmpty)
            yield return FieldError.Invalid(path, "", "expected one of setWeight, pause, analysis, experiment, setCanaryScale, setHeaderRoute, setMirrorRoute and plugin");
        if (step.Weight is { } weight && (weight < 0 || weight > canary.FullWeight))
            yield return FieldError.Invalid($"{path}.setWeight", weight, $"must be between 0 and {canary.FullWeight}");
        if (step is PauseStep { DurationSeconds: < 0 and var seconds })
            yield return FieldError.Invalid($"{path}.pause.duration", seconds, "must be a number of seconds, or a duration such as 30s, 10m or 1h30m, not below 0");
        if (step is AnalysisStep { Problem: { } problem })
            yield return FieldError.Invalid($"{path}.analysis", "analysis", problem);
        if (step.Kinds.Contains("setCanaryScale") && canary.TrafficRouting is null)
            yield return FieldError.Required("spec.strategy.trafficRouting", $"setCanaryScale ({path}) needs trafficRouting");
        foreach (var error in HeaderRoute(canary, step, path).Concat(MirrorRoute(canary, step, path)).Concat(Experiment(canary, step, path)))
            yield return error;
    }

    private static IEnumerable<FieldError> HeaderRoute(CanaryStrategy canary, CanaryStep step, string path)
    {
        if (step.Raw.MemberOrNull("setHeaderRoute") is not { } route)
            yield break;
        if (!CanaryValidation.HasRouter(canary, "istio", "alb", "apisix", "plugins"))
        {
            yield return FieldError.Invalid($"{path}.setHeaderRoute", route.Text("name") ?? "", "needs trafficRouting with istio, alb, apisix or a plugin");
            yield break;
        }

        var exactOnly = CanaryValidation.HasRouter(canary, "alb");
        foreach (var (match, index) in route.Items("match").Select((m, i) => (m, i)))
        {
            if (StringMatch(match.MemberOrNull("headerValue"), $"{path}.setHeaderRoute.match[{index}]", exactOnly) is { } error)
                yield return error;
        }

        if (Unmanaged(canary, route.Text("name") ?? "", $"{path}.setHeaderRoute") is { } unmanaged)
            yield return unmanaged;
    }

    private static IEnumerable<FieldError> MirrorRoute(CanaryStrategy canary, CanaryStep step, string path)
    {
        if (step.Raw.MemberOrNull("setMirrorRoute") is not { } route)
            yield break;
        if (!CanaryValidation.HasRouter(canary, "istio", "plugins"))
            yield return FieldError.Invalid($"{path}.setMirrorRoute", route.Text("name") ?? "", "needs trafficRouting with istio or a plugin");
        foreach (var (match, index) in route.Items("match").Select((m, i) => (m, i)))
        {
            foreach (var part in new[] { "method", "path" })
            {
                if (match.MemberOrNull(part) is { } value && StringMatch(value, $"{path}.setMirrorRoute.match[{index}]", exactOnly: false) is { } error)
                    yield return error;
            }
        }

        if (Unmanaged(canary, route.Text("name") ?? "", $"{path}.setMirrorRoute") is { } unmanaged)
            yield return unmanaged;
    }

    private static IEnumerable<FieldError> Experiment(CanaryStrategy canary, CanaryStep step, string path)
    {
        foreach (var (template, index) in step.Raw.Member("experiment").Items("templates").Select((t, i) => (t, i)))
        {
            if (template.Int("weight") is { } weight && !CanaryValidation.HasRouter(canary, "alb", "smi", "istio", "plugins"))
                yield return FieldError.Invalid($"{path}.experiment.templates[{index}].weight", weight, "needs trafficRouting with alb, smi, istio or a plugin");
        }
    }

    private static FieldError? StringMatch(JsonElement? match, string path, bool exactOnly)
    {
        var set = MatchKinds.Where(kind => !string.IsNullOrEmpty(match?.Text(kind))).ToList();
        var expected = exactOnly ? "expected exact, which is all that alb supports" : "expected exactly one of exact, regex and prefix";
        return set.Count == 1 && (!exactOnly || set[0] == "exact") ? null : FieldError.Invalid(path, string.Join(", ", set), expected);
    }

    private static FieldError? Unmanaged(CanaryStrategy canary, string name, string path) =>
        canary.TrafficRouting is { } routing && routing.Raw("managedRoutes") is not null && !routing.Items("managedRoutes").Any(r => r.Text("name") == name)
            ? FieldError.Invalid(path, name, "must be listed in spec.strategy.canary.trafficRouting.managedRoutes")
            : null;
}
