using System.Text.Json;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Api.Tests.Rollouts;

public sealed class TrafficRoutingReadingTests
{
    [Fact]
    public void ManagedRoutes_AreReadInOrder_SPEC65() =>
        Assert.Equal(["b", "a", ""], Read("""{"managedRoutes":[{"name":"b"},{"name":"a"},{}]}""").ManagedRoutes);

    [Fact]
    public void MaxTrafficWeight_IsWhatFullTrafficIs_SPEC66()
    {
        Assert.Null(Read("{}").MaxTrafficWeight);
        Assert.Equal(1000, Read("""{"maxTrafficWeight":1000}""").MaxTrafficWeight);
    }

    [Fact]
    public void Istio_IsRead_SPEC67()
    {
        var istio = Read("""
            {"istio":{"virtualService":{"name":"v","routes":["r1","r2"],"tlsRoutes":[{"port":443,"sniHosts":["a","b"]},{}],"tcpRoutes":[{"port":5432}]},
            "destinationRule":{"name":"d","canarySubsetName":"c","stableSubsetName":"s","additionalSubsetNames":["x"]}}}
            """).Istio!;

        var service = Assert.Single(istio.All);
        Assert.Equal(("v", "r1,r2"), (service.Name, string.Join(',', service.Routes)));
        Assert.Equal((443, "a,b"), (service.TlsRoutes[0].Port, string.Join(',', service.TlsRoutes[0].SniHosts)));
        Assert.Equal((0, 5432), (service.TlsRoutes[1].Port, Assert.Single(service.TcpPorts)));
        Assert.Equal(("d", "c", "s", "x"), (istio.DestinationRule!.Name, istio.DestinationRule.CanarySubsetName, istio.DestinationRule.StableSubsetName, Assert.Single(istio.DestinationRule.AdditionalSubsetNames)));
    }

    [Fact]
    public void Istio_WithAList_TellsItFromNone_SPEC67()
    {
        Assert.Null(Read("""{"istio":{}}""").Istio!.VirtualServices);
        Assert.Empty(Read("""{"istio":{"virtualServices":[]}}""").Istio!.VirtualServices!.Value);
        Assert.Equal(["a", "b"], Read("""{"istio":{"virtualServices":[{"name":"a"},{"name":"b"}]}}""").Istio!.All.Select(v => v.Name));
    }

    [Fact]
    public void Nginx_IsRead_SPEC68()
    {
        var nginx = Read("""{"nginx":{"stableIngress":"a","stableIngresses":["b"],"additionalIngressAnnotations":{"canary-by-header":"h"},"canaryIngressAnnotations":{"x/y":"z"}}}""").Nginx!;

        Assert.Equal(("nginx.ingress.kubernetes.io", "a,b"), (nginx.AnnotationPrefix, string.Join(',', nginx.All)));
        Assert.Equal(("h", "z"), (nginx.AdditionalIngressAnnotations["canary-by-header"], nginx.CanaryIngressAnnotations["x/y"]));
        Assert.Equal("mine.io", Read("""{"nginx":{"annotationPrefix":"mine.io"}}""").Nginx!.AnnotationPrefix);
    }

    [Fact]
    public void Alb_IsRead_SPEC69()
    {
        var alb = Read("""{"alb":{"ingress":"i","servicePort":443,"rootService":"r","stickinessConfig":{"enabled":true,"durationSeconds":60}}}""").Alb!;

        Assert.Equal(("i", 443, "r", "alb.ingress.kubernetes.io"), (Assert.Single(alb.All), alb.ServicePort, alb.RootService, alb.AnnotationPrefix));
        Assert.Equal(new AlbStickiness(true, 60), alb.Stickiness);
        Assert.Equal(["a", "b"], Read("""{"alb":{"ingresses":["a","b"]}}""").Alb!.All);
    }

    [Fact]
    public void OtherRouters_AreRead_SPEC70()
    {
        // TR-SMI-09
        var routing = Read("""
            {"smi":{"rootService":"r","trafficSplitName":"t"},"ambassador":{"mappings":["m","n"]},
            "appMesh":{"virtualService":{"name":"v","routes":["a"]},"virtualNodeGroup":{"canaryVirtualNodeRef":{"name":"c"},"stableVirtualNodeRef":{"name":"s"}}},
            "traefik":{"weightedTraefikServiceName":"w"},"apisix":{"route":{"name":"x","rules":["y"]}},"plugins":{"org/gateway":{"deep":[1]},"other":5}}
            """);

        Assert.Equal((new SmiRouting("r", "t"), new TraefikRouting("w")), (routing.Smi, routing.Traefik));
        Assert.Equal(["m", "n"], routing.Ambassador!.Mappings);
        Assert.Equal((true, "v", "a", "c", "s"), (routing.AppMesh!.HasVirtualService, routing.AppMesh.VirtualServiceName, Assert.Single(routing.AppMesh.Routes), routing.AppMesh.CanaryVirtualNode, routing.AppMesh.StableVirtualNode));
        Assert.Equal(("x", "y"), (routing.Apisix!.RouteName, Assert.Single(routing.Apisix.Rules)));
        Assert.Equal(("""{"deep":[1]}""", "5"), (routing.Plugins["org/gateway"].GetRawText(), routing.Plugins["other"].GetRawText()));
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"httpRoute":"a"}""", "httpRoute a with headers")]
    [InlineData("""{"tlsRoute":"d","tcpRoute":"c","grpcRoute":"b","httpRoute":"a"}""", "httpRoute a with headers, grpcRoute b with headers, tcpRoute c with headers, tlsRoute d with headers")]
    [InlineData("""{"httpRoutes":[{"name":"a"},{"name":"b","useHeaderRoutes":true},{},5,{"name":""}]}""", "httpRoute a, httpRoute b with headers")]
    [InlineData("""{"grpcRouteSelector":{"matchLabels":{"app":"web"}},"grpcRoutes":[{"name":"a"}]}""", "grpcRoute a, grpcRoute [app=web]")]
    [InlineData("""{"httpRoute":"","httpRoutes":{},"httpRouteSelector":[]}""", "")]
    public void GatewayApi_Routes_AreReadByKind_TRGW01(string settings, string routes) => Assert.Equal(
        routes,
        string.Join(", ", GatewayApi(settings).Routes.Select(r => $"{r.Kind.FieldName()} {r.Name ?? $"[{r.Selector}]"}{(r.WithHeaderRoutes ? " with headers" : "")}")));

    [Theory]
    [InlineData("{}", null, "rollouts.argoproj.io/gatewayapi-canary=in-progress")]
    [InlineData("""{"namespace":"edge","inProgressLabelKey":"k"}""", "edge", "k=in-progress")]
    [InlineData("""{"inProgressLabelValue":"v"}""", null, "rollouts.argoproj.io/gatewayapi-canary=v")]
    [InlineData("""{"namespace":"","inProgressLabelKey":"k","disableInProgressLabel":true}""", null, null)]
    public void GatewayApi_NamespaceAndLabel_AreRead_TRGW01(string settings, string? space, string? label)
    {
        var read = GatewayApi(settings);

        Assert.Equal((space, label), (read.Namespace, read.InProgress is var (key, value) ? $"{key}={value}" : null));
    }

    [Fact]
    public void Routers_InAnyOrderWritten_AreInTheOrderDriven_SPEC71()
    {
        var routing = Read("""{"plugins":{"p":{}},"gatewayAPI":{},"apisix":{},"traefik":{},"appMesh":{},"ambassador":{},"smi":{},"alb":{},"nginx":{},"istio":{}}""");

        Assert.Equal(["istio", "nginx", "alb", "smi", "ambassador", "appMesh", "traefik", "apisix", "gatewayAPI", "plugins"], routing.Routers.Select(r => r.FieldName()));
        Assert.All(TrafficRouters.All, r => Assert.NotNull(routing.Raw(r)));
    }

    [Fact]
    public void Router_NotConfigured_IsNone()
    {
        var routing = Read("""{"plugins":{},"istio":null,"nginx":5}""");

        Assert.Empty(routing.Routers);
        Assert.False(routing.Has(TrafficRouter.Plugins, TrafficRouter.Istio));
        Assert.Null(routing.Raw(TrafficRouter.Plugins));
    }

    private static GatewayApiRouting GatewayApi(string settings) => Read($$"""{"gatewayAPI":{{settings}}}""").GatewayApi!;

    private static TrafficRouting Read(string json) => TrafficRouting.Read(JsonElement.Parse(json));
}
