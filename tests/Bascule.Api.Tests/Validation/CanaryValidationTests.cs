using static Bascule.Api.Tests.Validation.TestSpecs;

namespace Bascule.Api.Tests.Validation;

public sealed class CanaryValidationTests
{
    private const string Services = "\"stableService\":\"s\",\"canaryService\":\"c\"";

    [Theory]
    [InlineData("\"maxSurge\":0,\"maxUnavailable\":0", "spec.strategy.maxSurge: Invalid value: \"0\": ")]
    [InlineData("\"maxSurge\":\"0\",\"maxUnavailable\":\"0%\"", "spec.strategy.maxSurge: Invalid value: \"0\": ")]
    [InlineData("\"maxSurge\":\"0%\",\"maxUnavailable\":\"none\"", "spec.strategy.maxSurge: Invalid value: \"0%\": ")]
    [InlineData("\"maxSurge\":\"-5%\",\"maxUnavailable\":0", "spec.strategy.maxSurge: Invalid value: \"-5%\": ")]
    [InlineData("\"maxSurge\":0", "no error")] // The default of the other one counts.
    [InlineData("\"maxUnavailable\":0", "no error")]
    [InlineData("\"maxSurge\":0,\"maxUnavailable\":\"1\"", "no error")] // Read as one pod here, as one percent in the arithmetic.
    public void Limits_BothZero_AreInvalid_VAL20_SPEC53(string fields, string error) => Assert.StartsWith(error, OfCanary(fields), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"canaryService\":\"a\",\"stableService\":\"a\"", "spec.strategy.stableService: Invalid value: \"a\": ")]
    [InlineData("\"canaryService\":\"\",\"stableService\":\"\"", "no error")]
    [InlineData(Services, "no error")]
    public void Services_TheSame_AreInvalid_VAL21(string fields, string error) => Assert.StartsWith(error, OfCanary(fields), StringComparison.Ordinal); // TR-V-02

    [Theory]
    [InlineData("\"smi\":{}", "spec.strategy.trafficRouting.alb: Invalid value: \"null\": ")]
    [InlineData("\"plugins\":{}", "spec.strategy.trafficRouting.alb: Invalid value: \"null\": ")]
    [InlineData("\"plugins\":{\"gateway\":{}}", "no error")]
    [InlineData("\"istio\":{}", "no error")]
    [InlineData("\"alb\":{\"servicePort\":80,\"rootService\":\"r\"}", "no error")]
    public void PingPong_WithARouterThatCannot_IsInvalid_VAL30_VER5(string router, string error) => // TR-V-03, TR-PLG-04
        Assert.StartsWith(error, OfCanary($"\"pingPong\":{{\"pingService\":\"a\",\"pongService\":\"b\"}},\"trafficRouting\":{{{router}}}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"pongService\":\"b\"", "spec.strategy.pingPong.pingService: Invalid value: \"\": ")]
    [InlineData("\"pingService\":\"a\"", "spec.strategy.pingPong.pongService: Invalid value: \"\": ")]
    [InlineData("\"pingService\":\"a\",\"pongService\":\"a\"", "spec.strategy.pingPong.pingService: Invalid value: \"a\": ")]
    [InlineData("\"pingService\":\"a\",\"pongService\":\"b\"", "no error")]
    public void PingPong_Services_AreTwo_VAL31(string pingPong, string error) => Assert.StartsWith(error, OfCanary($"\"pingPong\":{{{pingPong}}}"), StringComparison.Ordinal); // TR-V-02, TR-MX-13

    [Fact]
    public void Alb_WithPingPong_NeedsARootService_VAL32() => Assert.StartsWith( // TR-V-03
        "spec.strategy.trafficRouting.alb.rootService: Invalid value: \"\": ",
        OfCanary("\"pingPong\":{\"pingService\":\"a\",\"pongService\":\"b\"},\"trafficRouting\":{\"alb\":{\"servicePort\":80}}"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("\"alb\":{}", true)]
    [InlineData("\"istio\":{}", true)]
    [InlineData("\"smi\":{}", true)]
    [InlineData("\"apisix\":{}", true)]
    [InlineData("\"ambassador\":{}", true)]
    [InlineData("\"nginx\":{}", true)]
    [InlineData("\"appMesh\":{}", true)]
    [InlineData("\"traefik\":{}", true)]
    [InlineData("\"gatewayAPI\":{\"httpRoute\":\"web\"}", true)]
    [InlineData("\"istio\":{},\"plugins\":{\"x\":{}}", true)]
    [InlineData("\"istio\":{\"destinationRule\":{\"name\":\"d\",\"canarySubsetName\":\"c\",\"stableSubsetName\":\"s\"}}", false)]
    [InlineData("\"plugins\":{\"x\":{}}", false)]
    [InlineData("\"x\":1", false)]
    public void Services_ForARouter_AreNeeded_VAL40(string router, bool needed)
    {
        // TR-V-01
        var routing = $"\"trafficRouting\":{{{router}}}";

        Assert.StartsWith(needed ? "spec.strategy.stableService: Invalid value: \"\": " : "no error", OfCanary(routing), StringComparison.Ordinal);
        Assert.StartsWith(needed ? "spec.strategy.canaryService: Invalid value: \"\": " : "no error", OfCanary($"\"stableService\":\"s\",{routing}"), StringComparison.Ordinal);
        Assert.Equal("no error", OfCanary($"{Services},{routing}"));
    }

    [Theory]
    [InlineData("\"gatewayAPI\":{\"httpRoute\":\"web\"}", "no error")]
    [InlineData("\"gatewayAPI\":{\"tcpRouteSelector\":{\"matchLabels\":{\"a\":\"b\"}}}", "no error")]
    [InlineData("\"gatewayAPI\":{\"httpRoute\":\"web\"},\"plugins\":{\"other\":{}}", "no error")]
    [InlineData("\"gatewayAPI\":{\"httpRoute\":\"web\"},\"maxTrafficWeight\":1000", "no error")]
    [InlineData("\"gatewayAPI\":{\"namespace\":\"edge\"}", "spec.strategy.canary.trafficRouting.gatewayAPI: Required value: must name routes: at least one of httpRoute, grpcRoute, tcpRoute, tlsRoute, their lists (httpRoutes) or their selectors (httpRouteSelector)")]
    [InlineData("\"gatewayAPI\":{\"grpcRoutes\":[{\"name\":\"a\"},{}]}", "spec.strategy.canary.trafficRouting.gatewayAPI.grpcRoutes[1].name: Required value: must be the name of a route")]
    [InlineData(
        "\"gatewayAPI\":{\"httpRoute\":\"web\"},\"plugins\":{\"argoproj-labs/gatewayAPI\":{\"httpRoute\":\"web\"}}",
        "spec.strategy.canary.trafficRouting.gatewayAPI: Forbidden: plugins[\"argoproj-labs/gatewayAPI\"] says the same: take one of the two out")]
    public void GatewayApi_SaidNatively_NamesRoutesAndIsSaidOnce(string routing, string error) => Assert.Equal(error, OfCanary($"{Services},\"trafficRouting\":{{{routing}}}"));

    [Theory]
    [InlineData("\"alb\":{\"rootService\":\"r\"}")]
    [InlineData("\"gatewayAPI\":{\"httpRoute\":\"web\"}")]
    [InlineData("\"istio\":{}")]
    public void Services_WithPingPong_AreNotNeeded_VAL40(string router) =>
        Assert.Equal("no error", OfCanary($"\"pingPong\":{{\"pingService\":\"a\",\"pongService\":\"b\"}},\"trafficRouting\":{{{router}}}"));

    [Theory]
    [InlineData("\"scaleDownDelaySeconds\":0", "spec.strategy.scaleDownDelaySeconds: Invalid value: 0: ")]
    [InlineData("\"scaleDownDelaySeconds\":5,\"trafficRouting\":{}", "no error")]
    public void ScaleDownDelay_WithoutTrafficRouting_IsInvalid_VAL41(string fields, string error) => Assert.StartsWith(error, OfCanary(fields), StringComparison.Ordinal); // TR-V-09

    [Theory]
    [InlineData("\"dynamicStableScale\":true", "spec.strategy.dynamicStableScale: Invalid value: true: can only be used with trafficRouting")]
    [InlineData("\"dynamicStableScale\":true,\"scaleDownDelaySeconds\":5,\"trafficRouting\":{}", "spec.strategy.dynamicStableScale: Invalid value: true: cannot be used together with scaleDownDelaySeconds")]
    [InlineData("\"dynamicStableScale\":false", "no error")]
    [InlineData("\"dynamicStableScale\":true,\"trafficRouting\":{}", "no error")]
    public void DynamicStableScale_WithoutWhatItNeeds_IsInvalid_VAL42_SPEC60(string fields, string error) => Assert.Equal(error, OfCanary(fields)); // TR-V-09

    [Theory]
    [InlineData("\"smi\":{},\"maxTrafficWeight\":1000", "spec.strategy.trafficRouting.maxTrafficWeight: Invalid value: 1000: can only be used with nginx, gatewayAPI or a plugin")]
    [InlineData("\"nginx\":{},\"maxTrafficWeight\":1000", "no error")]
    [InlineData("\"plugins\":{\"x\":{}},\"maxTrafficWeight\":1000", "no error")]
    [InlineData("\"nginx\":{},\"maxTrafficWeight\":0", "spec.strategy.trafficRouting.maxTrafficWeight: Invalid value: 0: must be at least 1")]
    public void MaxTrafficWeight_WithARouterThatCannot_IsInvalid_VAL43_SPEC66(string routing, string error) => Assert.Equal(error, OfCanary($"{Services},\"trafficRouting\":{{{routing}}}")); // TR-V-04, TR-PLG-04
}
