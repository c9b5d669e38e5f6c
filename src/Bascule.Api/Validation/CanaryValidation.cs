using System.Globalization;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Validation;

/// <summary>Checks the canary strategy (VAL-20 to VAL-43); the steps are checked by <see cref="StepValidation"/>.</summary>
internal static class CanaryValidation
{
    /// <summary>The routers that need both Services (VAL-40), apart from alb, istio and gatewayAPI.</summary>
    private static readonly TrafficRouter[] RoutersWithServices = [TrafficRouter.Smi, TrafficRouter.Apisix, TrafficRouter.Ambassador, TrafficRouter.Nginx, TrafficRouter.AppMesh, TrafficRouter.Traefik];

    public static void Check(Findings findings, CanaryStrategy canary)
    {
        if (Count(canary.MaxSurge) == 0 && Count(canary.MaxUnavailable) == 0)
            findings.Invalid("maxSurge", canary.MaxSurge.ToString(), "maxSurge and maxUnavailable are both 0, so that no pod could ever be replaced: set one of them above 0");
        if (canary.CanaryService.Length > 0 && canary.CanaryService == canary.StableService)
            findings.Invalid("stableService", canary.StableService, "stableService and canaryService are the same, expected two different Services");
        PingPong(findings, canary);
        Services(findings, canary);
        Routing(findings, canary);
        for (var i = 0; i < canary.Steps.Length; i++)
        {
            using (findings.In("steps", i))
                StepValidation.Check(findings, canary, canary.Steps[i]);
        }

        BlueGreenValidation.CheckAntiAffinity(findings, canary.AntiAffinity);
        if (canary.AnalysisProblem is { } problem)
            findings.Invalid("analysis", "analysis", problem);
    }

    /// <summary>True when one of the routers is configured.</summary>
    internal static bool HasRouter(CanaryStrategy canary, params ReadOnlySpan<TrafficRouter> routers) => canary.TrafficRouting?.Has(routers) ?? false;

    /// <summary>As validation reads it: a percentage without sign, or else a whole number, or else 0 (SPEC-53).</summary>
    private static int Count(IntOrString value)
    {
        if (value.Text is not { } text)
            return value.Number;
        var (digits, sign) = text.EndsWith('%') ? (text.AsMemory(0, text.Length - 1), NumberStyles.None) : (text.AsMemory(), NumberStyles.AllowLeadingSign);
        return int.TryParse(digits.Span, sign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static void PingPong(Findings findings, CanaryStrategy canary)
    {
        if (canary.PingPong is not var (ping, pong))
            return;
        if (canary.TrafficRouting is not null && !HasRouter(canary, TrafficRouter.Alb, TrafficRouter.Istio, TrafficRouter.GatewayApi, TrafficRouter.Plugins))
            findings.Invalid("trafficRouting.alb", "null", "pingPong needs the router alb, istio, gatewayAPI or a plugin");
        if (ping.Length == 0)
            findings.Invalid("pingPong.pingService", ping, "must be the name of a Service");
        if (pong.Length == 0)
            findings.Invalid("pingPong.pongService", pong, "must be the name of a Service");
        if (ping == pong)
            findings.Invalid("pingPong.pingService", ping, "pingService and pongService are the same, expected two different Services");
        if (canary.TrafficRouting?.Alb is { RootService.Length: 0 })
            findings.Invalid("trafficRouting.alb.rootService", "", "must be set for alb with pingPong");
    }

    private static void Services(Findings findings, CanaryStrategy canary)
    {
        var noPingPong = canary.PingPong is null;
        var needed = HasRouter(canary, RoutersWithServices)
            || (noPingPong && HasRouter(canary, TrafficRouter.Alb, TrafficRouter.GatewayApi))
            || (noPingPong && canary.TrafficRouting?.Istio is { DestinationRule: null });
        if (needed && canary.StableService.Length == 0)
            findings.Invalid("stableService", "", "must be set for this traffic router");
        if (needed && canary.CanaryService.Length == 0)
            findings.Invalid("canaryService", "", "must be set for this traffic router");
    }

    private static void Routing(Findings findings, CanaryStrategy canary)
    {
        if (canary.TrafficRouting is not { } routing)
        {
            if (canary.ScaleDownDelaySeconds is { } delay)
                findings.Invalid("scaleDownDelaySeconds", delay, "can only be used with trafficRouting");
            if (canary.DynamicStableScale)
                findings.Invalid("dynamicStableScale", true, "can only be used with trafficRouting");
            return;
        }

        if (canary is { ScaleDownDelaySeconds: not null, DynamicStableScale: true })
            findings.Invalid("dynamicStableScale", true, "cannot be used together with scaleDownDelaySeconds");
        if (routing.MaxTrafficWeight is { } weight && !HasRouter(canary, TrafficRouter.Nginx, TrafficRouter.GatewayApi, TrafficRouter.Plugins))
            findings.Invalid("trafficRouting.maxTrafficWeight", weight, "can only be used with nginx, gatewayAPI or a plugin");
        // The reference accepts it and then divides by it.
        if (routing.MaxTrafficWeight is < 1 and var none)
            findings.Invalid("trafficRouting.maxTrafficWeight", none, "must be at least 1");
        GatewayApi(findings, routing);
    }

    /// <summary>Of our own, so that the path is the field's; the plugin's form is left to the router, as in the incumbent (TR-GW-02).</summary>
    private static void GatewayApi(Findings findings, TrafficRouting routing)
    {
        const string At = "spec.strategy.canary.trafficRouting.gatewayAPI";
        if (routing.GatewayApi is not { } gateway)
            return;
        if (routing.Plugins.ContainsKey(GatewayApiRouting.Plugin))
            findings.Add(FieldError.Forbidden(At, $"plugins[\"{GatewayApiRouting.Plugin}\"] says the same: take one of the two out"));
        foreach (var entry in gateway.Nameless)
            findings.Add(FieldError.Required($"{At}.{entry}.name", "must be the name of a route"));
        if (gateway.Routes.IsEmpty && gateway.Nameless.IsEmpty)
            findings.Add(FieldError.Required(At, "must name routes: at least one of httpRoute, grpcRoute, tcpRoute, tlsRoute, their lists (httpRoutes) or their selectors (httpRouteSelector)"));
    }
}
