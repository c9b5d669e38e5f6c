using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Validation;

/// <summary>Checks one canary step (VAL-50 to VAL-61).</summary>
internal static class StepValidation
{
    /// <summary>The kinds of which a step may set only one.</summary>
    private static readonly string[] Exclusive = ["setWeight", "pause", "experiment", "analysis"];

    public static IEnumerable<FieldError> Errors(CanaryStrategy canary, CanaryStep step, string path)
    {
        var exclusive = step.Kinds.Intersect(Exclusive).ToList();
        if (exclusive.Count > 1)
            yield return FieldError.Invalid(path, string.Join(", ", exclusive), "found several kinds in one step, expected one of setWeight, pause, experiment and analysis");
        if (step.Kinds.IsEmpty)
            yield return FieldError.Invalid(path, "", "expected one of setWeight, pause, analysis, experiment, setCanaryScale, setHeaderRoute, setMirrorRoute and plugin");
        if (step.Weight is { } weight && (weight < 0 || weight > canary.FullWeight))
            yield return FieldError.Invalid($"{path}.setWeight", weight, $"must be between 0 and {canary.FullWeight}");
        if (step.Part<PauseStep>() is { DurationSeconds: < 0 and var seconds })
            yield return FieldError.Invalid($"{path}.pause.duration", seconds, "must be a number of seconds, or a duration such as 30s, 10m or 1h30m, not below 0");
        if (step.Part<AnalysisStep>() is { Problem: { } problem })
            yield return FieldError.Invalid($"{path}.analysis", "analysis", problem);
        if (step.Kinds.Contains("setCanaryScale") && canary.TrafficRouting is null)
            yield return FieldError.Required("spec.strategy.trafficRouting", $"setCanaryScale ({path}) needs trafficRouting");
        foreach (var error in HeaderRoute(canary, step, path).Concat(MirrorRoute(canary, step, path)).Concat(Experiment(canary, step, path)))
            yield return error;
    }

    private static IEnumerable<FieldError> HeaderRoute(CanaryStrategy canary, CanaryStep step, string path)
    {
        if (step.Part<SetHeaderRouteStep>() is not { } route)
            yield break;
        if (!CanaryValidation.HasRouter(canary, TrafficRouter.Istio, TrafficRouter.Alb, TrafficRouter.Apisix, TrafficRouter.Plugins))
        {
            yield return FieldError.Invalid($"{path}.setHeaderRoute", route.Name, "needs trafficRouting with istio, alb, apisix or a plugin");
            yield break;
        }

        var exactOnly = CanaryValidation.HasRouter(canary, TrafficRouter.Alb);
        for (var i = 0; i < route.Matches.Length; i++)
        {
            if (ErrorIn(route.Matches[i].HeaderValue, $"{path}.setHeaderRoute.match[{i}]", exactOnly) is { } error)
                yield return error;
        }

        if (Unmanaged(canary, route.Name, $"{path}.setHeaderRoute") is { } unmanaged)
            yield return unmanaged;
    }

    private static IEnumerable<FieldError> MirrorRoute(CanaryStrategy canary, CanaryStep step, string path)
    {
        if (step.Part<SetMirrorRouteStep>() is not { } route)
            yield break;
        if (!CanaryValidation.HasRouter(canary, TrafficRouter.Istio, TrafficRouter.Plugins))
            yield return FieldError.Invalid($"{path}.setMirrorRoute", route.Name, "needs trafficRouting with istio or a plugin");
        for (var i = 0; i < route.Matches.Length; i++)
        {
            foreach (var part in (StringMatch?[])[route.Matches[i].Method, route.Matches[i].Path])
            {
                if (part is not null && ErrorIn(part, $"{path}.setMirrorRoute.match[{i}]", exactOnly: false) is { } error)
                    yield return error;
            }
        }

        if (Unmanaged(canary, route.Name, $"{path}.setMirrorRoute") is { } unmanaged)
            yield return unmanaged;
    }

    private static IEnumerable<FieldError> Experiment(CanaryStrategy canary, CanaryStep step, string path)
    {
        var experiment = step.Part<ExperimentStep>();
        if (experiment?.Problem is { } problem)
            yield return FieldError.Invalid($"{path}.experiment", "experiment", problem);
        var templates = experiment?.Experiment.Templates ?? [];
        for (var i = 0; i < templates.Length; i++)
        {
            if (templates[i].Weight is { } weight && !CanaryValidation.HasRouter(canary, TrafficRouter.Alb, TrafficRouter.Smi, TrafficRouter.Istio, TrafficRouter.Plugins))
                yield return FieldError.Invalid($"{path}.experiment.templates[{i}].weight", weight, "needs trafficRouting with alb, smi, istio or a plugin");
        }
    }

    private static FieldError? ErrorIn(StringMatch? match, string path, bool exactOnly)
    {
        (string Kind, string? Text)[] kinds = [("exact", match?.Exact), ("regex", match?.Regex), ("prefix", match?.Prefix)];
        var set = kinds.Where(k => !string.IsNullOrEmpty(k.Text)).Select(k => k.Kind).ToList();
        var expected = exactOnly ? "expected exact, which is all that alb supports" : "expected exactly one of exact, regex and prefix";
        return set.Count == 1 && (!exactOnly || set[0] == "exact") ? null : FieldError.Invalid(path, string.Join(", ", set), expected);
    }

    private static FieldError? Unmanaged(CanaryStrategy canary, string name, string path) =>
        canary.TrafficRouting is { } routing && routing.Root.Raw("managedRoutes") is not null && !routing.ManagedRoutes.Contains(name)
            ? FieldError.Invalid(path, name, "must be listed in spec.strategy.canary.trafficRouting.managedRoutes")
            : null;
}
