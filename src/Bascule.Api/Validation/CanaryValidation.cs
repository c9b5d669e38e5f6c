using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Validation;

/// <summary>Checks the canary strategy (VAL-20 to VAL-43); the steps are checked by <see cref="StepValidation"/>.</summary>
internal static class CanaryValidation
{
    private const string At = "spec.strategy";

    /// <summary>The routers that need both Services (VAL-40), apart from alb and istio.</summary>
    private static readonly TrafficRouter[] RoutersWithServices = [TrafficRouter.Smi, TrafficRouter.Apisix, TrafficRouter.Ambassador, TrafficRouter.Nginx, TrafficRouter.AppMesh, TrafficRouter.Traefik];

    public static IEnumerable<FieldError> Errors(CanaryStrategy canary) =>
        Limits(canary)
            .Concat(PingPong(canary))
            .Concat(Services(canary))
            .Concat(Routing(canary))
            .Concat(canary.Steps.SelectMany((step, i) => StepValidation.Errors(canary, step, string.Create(CultureInfo.InvariantCulture, $"{At}.steps[{i}]"))))
            .Concat(BlueGreenValidation.AntiAffinityErrors(canary.AntiAffinity))
            .Concat(Background(canary));

    /// <summary>True when one of the routers is configured.</summary>
    internal static bool HasRouter(CanaryStrategy canary, params ReadOnlySpan<TrafficRouter> routers) => canary.TrafficRouting?.Has(routers) ?? false;

    private static IEnumerable<FieldError> Limits(CanaryStrategy canary)
    {
        if (Count(canary.MaxSurge) == 0 && Count(canary.MaxUnavailable) == 0)
            yield return FieldError.Invalid($"{At}.maxSurge", canary.MaxSurge.ToString(), "maxSurge and maxUnavailable are both 0, so that no pod could ever be replaced: set one of them above 0");
        if (canary.CanaryService.Length > 0 && canary.CanaryService == canary.StableService)
            yield return FieldError.Invalid($"{At}.stableService", canary.StableService, "stableService and canaryService are the same, expected two different Services");
    }

    /// <summary>As validation reads it: a percentage, or else a number, or else 0 (SPEC-53).</summary>
    private static int Count(IntOrString value)
    {
        if (value.Text is not { } text)
            return value.Number;
        var digits = text.EndsWith('%') ? text[..^1] : text;
        return int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static IEnumerable<FieldError> PingPong(CanaryStrategy canary)
    {
        if (canary.PingPong is not { } services)
            yield break;
        var (ping, pong) = (services.PingService, services.PongService);
        if (canary.TrafficRouting is not null && !HasRouter(canary, TrafficRouter.Alb, TrafficRouter.Istio, TrafficRouter.Plugins))
            yield return FieldError.Invalid($"{At}.trafficRouting.alb", "null", "pingPong needs the router alb, istio or a plugin");
        if (ping.Length == 0)
            yield return FieldError.Invalid($"{At}.pingPong.pingService", ping, "must be the name of a Service");
        if (pong.Length == 0)
            yield return FieldError.Invalid($"{At}.pingPong.pongService", pong, "must be the name of a Service");
        if (ping == pong)
            yield return FieldError.Invalid($"{At}.pingPong.pingService", ping, "pingService and pongService are the same, expected two different Services");
        if (canary.TrafficRouting?.Alb is { RootService.Length: 0 })
            yield return FieldError.Invalid($"{At}.trafficRouting.alb.rootService", "", "must be set for alb with pingPong");
    }

    private static IEnumerable<FieldError> Services(CanaryStrategy canary)
    {
        var noPingPong = canary.PingPong is null;
        var needed = HasRouter(canary, RoutersWithServices)
            || (noPingPong && HasRouter(canary, TrafficRouter.Alb))
            || (noPingPong && canary.TrafficRouting?.Istio is { DestinationRule: null });
        if (!needed)
            yield break;
        if (canary.StableService.Length == 0)
            yield return FieldError.Invalid($"{At}.stableService", "", "must be set for this traffic router");
        if (canary.CanaryService.Length == 0)
            yield return FieldError.Invalid($"{At}.canaryService", "", "must be set for this traffic router");
    }

    private static IEnumerable<FieldError> Routing(CanaryStrategy canary)
    {
        if (canary.TrafficRouting is not { } routing)
        {
            if (canary.ScaleDownDelaySeconds is { } delay)
                yield return FieldError.Invalid($"{At}.scaleDownDelaySeconds", delay, "can only be used with trafficRouting");
            if (canary.DynamicStableScale)
                yield return FieldError.Invalid($"{At}.dynamicStableScale", "true", "can only be used with trafficRouting");
            yield break;
        }

        if (canary is { ScaleDownDelaySeconds: not null, DynamicStableScale: true })
            yield return FieldError.Invalid($"{At}.dynamicStableScale", "true", "cannot be used together with scaleDownDelaySeconds");
        if (routing.MaxTrafficWeight is { } weight && !HasRouter(canary, TrafficRouter.Nginx, TrafficRouter.Plugins))
            yield return FieldError.Invalid($"{At}.trafficRouting.maxTrafficWeight", weight, "can only be used with nginx or a plugin");
        if (routing.Root.Raw("managedRoutes") is null && canary.Steps.Any(s => s.Kinds.Contains("setHeaderRoute") || s.Kinds.Contains("setMirrorRoute")))
            yield return FieldError.Required($"{At}.trafficRouting.managedRoutes", "must list the routes that the steps set");
    }

    private static IEnumerable<FieldError> Background(CanaryStrategy canary)
    {
        if (canary.AnalysisProblem is { } problem)
            yield return FieldError.Invalid($"{At}.analysis", JsonValueKind.Object.ToString(), problem);
    }
}
