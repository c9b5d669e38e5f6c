using System.Collections.Immutable;
using Bascule.Api.Analysis;
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

    public static void Check(Findings findings, CanaryStrategy canary, CanaryStep step)
    {
        if (step.Kinds.Length > 1 && step.Kinds.Count(Exclusive.Contains) > 1)
            findings.Invalid("", string.Join(", ", step.Kinds.Where(Exclusive.Contains)), "found several kinds in one step, expected one of setWeight, pause, experiment and analysis");
        if (step.Kinds.IsEmpty)
            findings.Invalid("", "", "expected one of setWeight, pause, analysis, experiment, setCanaryScale, setHeaderRoute, setMirrorRoute and plugin");
        if (step.Weight is { } weight && (weight < 0 || weight > canary.FullWeight))
            findings.Invalid("setWeight", weight, $"must be between 0 and {canary.FullWeight}");
        if (step.Part<PauseStep>() is { DurationSeconds: < 0 and var seconds })
            findings.Invalid("pause.duration", seconds, "must be a number of seconds, or a duration such as 30s, 10m or 1h30m, not below 0");
        if (step.Part<AnalysisStep>() is { Problem: { } problem })
            findings.Invalid("analysis", "analysis", problem);
        if (step.Part<SetCanaryScaleStep>() is not null && canary.TrafficRouting is null)
            findings.Add(FieldError.Required("spec.strategy.trafficRouting", "a step with setCanaryScale needs it"));
        HeaderRoute(findings, canary, step.Part<SetHeaderRouteStep>());
        MirrorRoute(findings, canary, step.Part<SetMirrorRouteStep>());
        Managed(findings, canary, "setHeaderRoute", step.Part<SetHeaderRouteStep>()?.Name);
        Managed(findings, canary, "setMirrorRoute", step.Part<SetMirrorRouteStep>()?.Name);
        Experiment(findings, canary, step.Part<ExperimentStep>());
        foreach (var analysis in step.Part<ExperimentStep>()?.Experiment.Analyses ?? [])
            Arguments(findings, analysis.Args);
        Arguments(findings, step.Part<AnalysisStep>()?.Analysis.Args ?? []);
    }

    private static void HeaderRoute(Findings findings, CanaryStrategy canary, SetHeaderRouteStep? route)
    {
        if (route is null)
            return;
        if (!CanaryValidation.HasRouter(canary, TrafficRouter.Istio, TrafficRouter.Alb, TrafficRouter.Apisix, TrafficRouter.GatewayApi, TrafficRouter.Plugins))
        {
            findings.Invalid("setHeaderRoute", route.Name, "needs trafficRouting with istio, alb, apisix, gatewayAPI or a plugin");
            return;
        }

        var exactOnly = CanaryValidation.HasRouter(canary, TrafficRouter.Alb);
        using var scope = findings.In("setHeaderRoute");
        for (var i = 0; i < route.Matches.Length; i++)
        {
            using (findings.In("match", i))
                Match(findings, route.Matches[i].HeaderValue, exactOnly);
        }
    }

    private static void MirrorRoute(Findings findings, CanaryStrategy canary, SetMirrorRouteStep? route)
    {
        if (route is null)
            return;
        if (!CanaryValidation.HasRouter(canary, TrafficRouter.Istio, TrafficRouter.GatewayApi, TrafficRouter.Plugins))
            findings.Invalid("setMirrorRoute", route.Name, "needs trafficRouting with istio, gatewayAPI or a plugin");
        using var scope = findings.In("setMirrorRoute");
        for (var i = 0; i < route.Matches.Length; i++)
        {
            var match = route.Matches[i];
            using var entry = findings.In("match", i);
            if (match.Method is not null)
                Match(findings, match.Method, exactOnly: false);
            if (match.Path is not null)
                Match(findings, match.Path, exactOnly: false);
            // The reference looks at the method twice and never at the headers, so that a wrong one reaches the router (VAL-57).
            foreach (var header in match.Headers.Values)
                Match(findings, header, exactOnly: false);
        }
    }

    private static void Match(Findings findings, StringMatch? match, bool exactOnly)
    {
        (string Kind, string? Text)[] kinds = [("exact", match?.Exact), ("regex", match?.Regex), ("prefix", match?.Prefix)];
        var set = kinds.Where(k => !string.IsNullOrEmpty(k.Text)).Select(k => k.Kind).ToList();
        if (set.Count != 1 || (exactOnly && set[0] != "exact"))
            findings.Invalid("", string.Join(", ", set), exactOnly ? "expected exact, which is all that alb supports" : "expected exactly one of exact, regex and prefix");
    }

    private static void Managed(Findings findings, CanaryStrategy canary, string field, string? route)
    {
        if (route is null || canary.TrafficRouting is not { } routing)
            return;
        if (routing.Root.Raw("managedRoutes") is null)
            findings.Add(FieldError.Required("spec.strategy.trafficRouting.managedRoutes", "must list the routes that the steps set"));
        else if (!routing.ManagedRoutes.Contains(route))
            findings.Invalid(field, route, "must be listed in spec.strategy.canary.trafficRouting.managedRoutes");
    }

    private static void Experiment(Findings findings, CanaryStrategy canary, ExperimentStep? step)
    {
        if (step is null)
            return;
        if (step.Problem is { } problem)
            findings.Invalid("experiment", "experiment", problem);
        var canSplit = CanaryValidation.HasRouter(canary, TrafficRouter.Alb, TrafficRouter.Smi, TrafficRouter.Istio, TrafficRouter.GatewayApi, TrafficRouter.Plugins);
        using var scope = findings.In("experiment");
        for (var i = 0; i < step.Experiment.Templates.Length; i++)
        {
            using var entry = findings.In("templates", i);
            if (step.Experiment.Templates[i].Weight is { } weight && !canSplit)
                findings.Invalid("weight", weight, "needs trafficRouting with alb, smi, istio, gatewayAPI or a plugin");
        }
    }

    /// <summary>VAL-61: an argument out of the Rollout's metadata must be one that the downward API knows.</summary>
    private static void Arguments(Findings findings, ImmutableArray<AnalysisArgument> args)
    {
        foreach (var arg in args)
        {
            if (arg.ValueFrom?.FieldPath is { } field && MetadataFieldPath.IsMeant(field) && MetadataFieldPath.Parse(field).Error is { } error)
                findings.Invalid("analyses", field, $"argument '{arg.Name}': {error}, expected metadata.name, .namespace, .uid, .labels or .annotations, or one key as in metadata.labels['app']");
        }
    }
}
