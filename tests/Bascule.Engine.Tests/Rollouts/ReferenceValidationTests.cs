using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;
using Bascule.Engine.Rollouts.Referenced;

namespace Bascule.Engine.Tests.Rollouts;

public sealed class ReferenceValidationTests
{
    private const string Canary = "\"canaryService\":\"c\",\"stableService\":\"s\"";
    private const string Routing = "spec.strategy.canary.trafficRouting";
    private const string NoError = "no error";

    private static readonly string[] Good = [Service("a"), Service("p"), Service("c"), Service("s")];

    [Theory]
    [InlineData("""{"blueGreen":{"activeService":"x","previewService":"p"}}""", "spec.strategy.blueGreen.activeService")]
    [InlineData("""{"blueGreen":{"activeService":"a","previewService":"x"}}""", "spec.strategy.blueGreen.previewService")]
    [InlineData("""{"canary":{"canaryService":"x","stableService":"s"}}""", "spec.strategy.canary.canaryService")]
    [InlineData("""{"canary":{"canaryService":"c","stableService":"x"}}""", "spec.strategy.canary.stableService")]
    [InlineData("""{"canary":{"pingPong":{"pingService":"x","pongService":"s"}}}""", "spec.strategy.canary.pingPong.pingService")]
    [InlineData("""{"canary":{"pingPong":{"pingService":"c","pongService":"x"}}}""", "spec.strategy.canary.pingPong.pongService")]
    public void Service_Missing_IsNamed_REF1_SPEC30_SPEC31(string strategy, string path) => // TR-V-10
        Assert.Equal($"{path}: Invalid value: \"x\": services \"x\" not found", Error(strategy, Good));

    [Theory]
    [InlineData("""{"app":"web"}""", true)]
    [InlineData("""{"app":"web","rollouts-pod-template-hash":"whatever"}""", true)]
    [InlineData("{}", true)]
    [InlineData("""{"app":"api"}""", false)]
    [InlineData("""{"app":"web","tier":"front"}""", false)]
    public void Service_ThatSelectsOtherPods_IsNamed_REF2(string selector, bool good)
    {
        // TR-V-10
        foreach (var (strategy, path) in EachService("x"))
        {
            var error = Error(strategy, [.. Good, Service("x", selector)]);
            Assert.StartsWith(good ? NoError : $"{path}: Invalid value: \"x\": the Service \"x\" selects pods by ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("other", false)]
    public void Service_OfAnotherRollout_IsNamed_REF3(string manager, bool good)
    {
        // TR-V-10
        foreach (var (strategy, path) in EachService("x"))
        {
            var error = Error(strategy, [.. Good, Service("x", """{"app":"web"}""", manager)]);
            Assert.Equal(good ? NoError : $"{path}: Invalid value: \"x\": the Service \"x\" is managed by another Rollout, \"other\"", error);
        }
    }

    [Theory]
    [InlineData("""{"blueGreen":{"activeService":"a","prePromotionAnalysis":{"templates":[{"templateName":"t"}]}}}""", "spec.strategy.blueGreen.prePromotionAnalysis.templates")]
    [InlineData("""{"blueGreen":{"activeService":"a","postPromotionAnalysis":{"templates":[{"templateName":"t"}]}}}""", "spec.strategy.blueGreen.postPromotionAnalysis.templates")]
    [InlineData("""{"canary":{"analysis":{"templates":[{"templateName":"t"}]}}}""", "spec.strategy.canary.analysis.templates")]
    [InlineData("""{"canary":{"steps":[{"setWeight":5},{"analysis":{"templates":[{"templateName":"t"}]}}]}}""", "spec.strategy.canary.steps[1].analysis.templates")]
    [InlineData("""{"canary":{"steps":[{"setCanaryScale":{"weight":5},"analysis":{"templates":[{"templateName":"t"}]}}]}}""", "spec.strategy.canary.steps[0].analysis.templates")]
    public void Template_Missing_IsNamed_REF4(string strategy, string path)
    {
        Assert.Equal($"{path}: Invalid value: \"t\": AnalysisTemplate 't' not found", Error(strategy, Good));
        Assert.Equal($"{path}: Invalid value: \"t\": ClusterAnalysisTemplate 't' not found", Error(strategy.Replace("\"t\"", "\"t\",\"clusterScope\":true", StringComparison.Ordinal), Good, [Template("t", "")]));
        Assert.Equal(NoError, Error(strategy, Good, [Template("t", "")]));
        Assert.Equal("spec.templates: Invalid value: \"n\": AnalysisTemplate 'n' not found", Error(strategy, Good, [Template("t", "\"templates\":[{\"templateName\":\"n\"}],")]));
    }

    [Theory]
    [InlineData("""{"blueGreen":{"activeService":"a","prePromotionAnalysis":{"templates":[{"templateName":"t"}]}}}""", "spec.strategy.blueGreen.prePromotionAnalysis.templates")]
    [InlineData("""{"canary":{"steps":[{"analysis":{"templates":[{"templateName":"t"}]}}]}}""", "spec.strategy.canary.steps[0].analysis.templates")]
    public void Templates_ThatDoNotMerge_AreNamed_REF5_REF6(string strategy, string path)
    {
        Assert.Equal($"{path}: Invalid value: \"templateNames: [t]\": args.x was not resolved", Error(strategy, Good, [Template("t", "\"args\":[{\"name\":\"x\"}],")]));
        var endless = """{"metadata":{"name":"t"},"spec":{"metrics":[{"name":"m","interval":"1m","provider":{"web":{"url":"http://x"}}}]}}""";
        Assert.StartsWith($"{path}: Invalid value: \"t\": AnalysisTemplate t has metric m which runs indefinitely.", Error(strategy, Good, [endless]), StringComparison.Ordinal);
    }

    [Fact]
    public void Template_OfABackgroundAnalysis_NeedsItsArguments_REF7()
    {
        const string strategy = """{"canary":{"analysis":{"templates":[{"templateName":"t"}],"args":[{"name":"y","valueFrom":{"fieldRef":{"fieldPath":"spec.replicas"}}}]}}}""";

        Assert.StartsWith("spec.strategy.canary.analysis.templates: Invalid value: ", Error(strategy, Good, [Template("t", "\"args\":[{\"name\":\"x\"}],")]), StringComparison.Ordinal);
        Assert.Equal(NoError, Error(strategy, Good, [Template("t", "\"args\":[{\"name\":\"x\",\"value\":\"1\"},{\"name\":\"y\"}],")]));
    }

    [Theory]
    [InlineData("nginx", "{}", "neither", "stableIngress")]
    [InlineData("nginx", """{"stableIngress":"i","stableIngresses":[]}""", "both", "stableIngress")]
    [InlineData("alb", """{"servicePort":80}""", "neither", "ingress")]
    [InlineData("alb", """{"servicePort":80,"ingress":"i","ingresses":["j"]}""", "both", "ingress")]
    public void Ingresses_InBothFormsOrNone_AreRefused_REF8(string router, string json, string found, string field) => Assert.Equal( // TR-V-12
        $"{Routing}.{router}: Internal error: found {found}, expected either {field} or {field}es",
        Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"{router}\":{json}}}}}}}", Good));

    [Theory]
    [InlineData("nginx", """{"stableIngress":"i"}""", "stableIngress", "s")]
    [InlineData("nginx", """{"stableIngresses":["i"]}""", "stableIngresses", "s")]
    [InlineData("alb", """{"ingress":"i"}""", "ingress", "s")]
    [InlineData("alb", """{"ingresses":["i"],"rootService":"r"}""", "ingresses", "r")]
    public void Ingress_MissingOrWithoutTheService_IsNamed_REF9(string router, string json, string field, string backend)
    {
        // TR-V-11, TR-V-17
        var strategy = $"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"{router}\":{json}}}}}}}";
        var fits = Object(ReferencedKind.Ingress, "shop", "i", $"{{\"spec\":{{\"rules\":[{{}},{{\"http\":{{\"paths\":[{{\"backend\":{{\"service\":{{\"name\":\"{backend}\"}}}}}}]}}}}]}}}}");
        var other = Object(ReferencedKind.Ingress, "shop", "i", """{"spec":{"rules":[{"http":{"paths":[{"backend":{"service":{"name":"other"}}}]}}]}}""");

        Assert.Equal($"{Routing}.{router}.{field}: Invalid value: \"i\": ingresses.networking.k8s.io \"i\" not found", Error(strategy, Good, objects: []));
        Assert.Equal($"{Routing}.{router}.{field}: Invalid value: \"i\": the Ingress \"i\" has no rule whose backend is the Service \"{backend}\"", Error(strategy, Good, objects: [other]));
        Assert.Equal(NoError, Error(strategy, Good, objects: [fits]));
    }

    [Fact]
    public void Ingresses_OfBothRouters_AreChecked_TRV16() => Assert.Equal( // The reference looks at those of alb only.
        $"{Routing}.nginx.stableIngress: Invalid value: \"gone\": ingresses.networking.k8s.io \"gone\" not found",
        Error(
            $"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"nginx\":{{\"stableIngress\":\"gone\"}},\"alb\":{{\"ingress\":\"i\"}}}}}}}}",
            Good,
            objects: [Object(ReferencedKind.Ingress, "shop", "i", """{"spec":{"rules":[{"http":{"paths":[{"backend":{"service":{"name":"s"}}}]}}]}}""")]));

    [Theory]
    [InlineData("{}", "neither")]
    [InlineData("""{"virtualService":{"name":"v"},"virtualServices":[]}""", "both")]
    public void VirtualServices_InBothFormsOrNone_AreRefused_REF10(string istio, string found) => Assert.Equal( // TR-V-12
        $"{Routing}.istio: Internal error: found {found}, expected either virtualService or virtualServices",
        Error(Istio(istio), Good));

    [Theory]
    [InlineData("""{"virtualService":{"name":"v"}}""", "virtualService", "v", "shop")]
    [InlineData("""{"virtualServices":[{"name":"v.mesh"}]}""", "virtualServices", "v", "mesh")]
    [InlineData("""{"virtualService":{"name":"v.with.periods.mesh"}}""", "virtualService", "v.with.periods", "mesh")]
    [InlineData("""{"virtualService":{"name":"v.mesh.cluster.local"}}""", "virtualService", "v", "mesh")]
    public void VirtualService_Missing_IsNamed_REF11_VER12(string istio, string field, string name, string space)
    {
        // TR-IST-02
        Assert.Equal(
            $"{Routing}.istio.{field}.name: Invalid value: \"{name}\": virtualservices.networking.istio.io \"{name}\" not found in namespace \"{space}\"",
            Error(Istio(istio), Good, objects: []));
        Assert.Equal(NoError, Error(Istio(istio), Good, objects: [Object(ReferencedKind.IstioVirtualService, space, name, $"{{\"spec\":{{\"http\":[{Route("s", "c")}]}}}}")]));
        // TR-V-13: one of the same name in another namespace is another one.
        Assert.EndsWith($"not found in namespace \"{space}\"", Error(Istio(istio), Good, objects: [Object(ReferencedKind.IstioVirtualService, "elsewhere", name, "{}")]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"v"}""", "{}", "the VirtualService has no http, tls or tcp routes")]
    [InlineData("""{"name":"v"}""", """{"http":[]}""", "the VirtualService has no http, tls or tcp routes")]
    [InlineData("""{"name":"v"}""", """{"http":[HOSTS]}""", null)]
    [InlineData("""{"name":"v"}""", """{"http":[{"name":"r"},HOSTS]}""", null)] // A managed route does not count.
    [InlineData("""{"name":"v"}""", """{"http":[HOSTS,HOSTS]}""", "the VirtualService must have exactly one http route when")]
    [InlineData("""{"name":"v","routes":["one"]}""", """{"http":[NAMED,HOSTS]}""", null)]
    [InlineData("""{"name":"v","routes":["two"]}""", """{"http":[NAMED]}""", "the VirtualService has no http route named \"two\"")]
    [InlineData("""{"name":"v"}""", """{"http":[ONLYSTABLE]}""", "the http route does not lead to the canary Service \"c\"")]
    [InlineData("""{"name":"v"}""", """{"http":[ONLYCANARY]}""", "the http route does not lead to the stable Service \"s\"")]
    [InlineData("""{"name":"v"}""", """{"tls":[HOSTS]}""", null)]
    [InlineData("""{"name":"v"}""", """{"tls":[HOSTS,HOSTS]}""", "the VirtualService must have exactly one tls route when")]
    [InlineData("""{"name":"v","tlsRoutes":[{"port":443,"sniHosts":["b","a"]}]}""", """{"tls":[ONLYSTABLE,MATCHED]}""", null)]
    [InlineData("""{"name":"v","tlsRoutes":[{"port":443,"sniHosts":["a"]}]}""", """{"tls":[MATCHED]}""", "the VirtualService has no tls route that ")]
    [InlineData("""{"name":"v","tcpRoutes":[{"port":443}]}""", """{"tcp":[MATCHED,ONLYSTABLE]}""", null)]
    [InlineData("""{"name":"v","tcpRoutes":[{"port":80}]}""", """{"tcp":[MATCHED]}""", "the VirtualService has no tcp route that ")]
    [InlineData("""{"name":"v"}""", """{"tcp":[ONLYCANARY]}""", "the tcp route does not lead to the stable Service \"s\"")]
    public void VirtualService_Routes_LeadToBothVersions_REF11(string reference, string spec, string? problem)
    {
        // TR-IST-10, TR-IST-11, TR-IST-12, TR-IST-13, TR-IST-14, TR-IST-16
        var routes = spec
            .Replace("HOSTS", Route("s.shop.svc.cluster.local", "c"), StringComparison.Ordinal)
            .Replace("NAMED", $"{{\"name\":\"one\",{Route("s", "c")[1..]}", StringComparison.Ordinal)
            .Replace("MATCHED", $"{{\"match\":[{{\"port\":443,\"sniHosts\":[\"a\"]}},{{\"port\":443,\"sniHosts\":[\"b\"]}}],{Route("s", "c")[1..]}", StringComparison.Ordinal)
            .Replace("ONLYSTABLE", Route("s"), StringComparison.Ordinal)
            .Replace("ONLYCANARY", Route("c"), StringComparison.Ordinal);

        var error = Error(Istio($"{{\"virtualService\":{reference}}}", "\"managedRoutes\":[{\"name\":\"r\"}],"), Good, objects: [Object(ReferencedKind.IstioVirtualService, "shop", "v", $"{{\"spec\":{routes}}}")]);

        Assert.StartsWith(problem is null ? NoError : $"{Routing}.istio.virtualService.name: Invalid value: \"v\": {problem}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("old", "new", null)]
    [InlineData("old", "x", "the http route does not lead to the canary subset \"new\"")]
    [InlineData("x", "new", "the http route does not lead to the stable subset \"old\"")]
    public void VirtualService_WithSubsets_LeadsToBoth_REF11(string stable, string canary, string? problem)
    {
        // TR-IST-15
        var istio = """{"virtualService":{"name":"v"},"destinationRule":{"name":"d","canarySubsetName":"new","stableSubsetName":"old"}}""";
        var spec = $"{{\"spec\":{{\"http\":[{{\"route\":[{{\"destination\":{{\"host\":\"h\",\"subset\":\"{stable}\"}}}},{{\"destination\":{{\"host\":\"h\",\"subset\":\"{canary}\"}}}}]}}]}}}}";

        Assert.Equal(
            problem is null ? NoError : $"{Routing}.istio.virtualService.name: Invalid value: \"v\": {problem}",
            Error(Istio(istio), Good, objects: [Object(ReferencedKind.IstioVirtualService, "shop", "v", spec)]));
    }

    [Fact]
    public void VirtualService_WithPingPongAlone_LeadsToThosePair_REF11_PP4()
    {
        var strategy = """{"canary":{"pingPong":{"pingService":"s","pongService":"c"},"trafficRouting":{"istio":{"virtualService":{"name":"v"}}}}}""";

        Assert.Equal(NoError, Error(strategy, Good, objects: [Object(ReferencedKind.IstioVirtualService, "shop", "v", $"{{\"spec\":{{\"http\":[{Route("c", "s")}]}}}}")]));
        Assert.Contains("the ping Service \"s\"", Error(strategy, Good, objects: [Object(ReferencedKind.IstioVirtualService, "shop", "v", $"{{\"spec\":{{\"http\":[{Route("c")}]}}}}")]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "{}", "null", "must name at least one Mapping")]
    [InlineData("""["m","n"]""", "{}", "n", "mappings.getambassador.io \"n\" not found")]
    public void Mapping_Missing_IsNamed_REF12(string mappings, string mapping, string value, string problem) => Assert.Equal( // TR-V-14
        $"{Routing}.ambassador.mappings: Invalid value: \"{value}\": {problem}",
        Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"ambassador\":{{\"mappings\":{mappings}}}}}}}}}", Good, objects: [Object(ReferencedKind.AmbassadorMapping, "shop", "m", mapping)]));

    [Theory]
    [InlineData("{}", NoError)]
    [InlineData("""{"spec":{"weight":0}}""", NoError)]
    [InlineData("""{"spec":{"weight":20}}""", "spec.weight: Invalid value: \"m\": the Mapping \"m\" has a weight of its own, expected none")]
    public void Mapping_WithAWeight_IsNamed_REF12(string mapping, string error) => Assert.Equal( // TR-V-14
        error,
        Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"ambassador\":{{\"mappings\":[\"m\"]}}}}}}}}", Good, objects: [Object(ReferencedKind.AmbassadorMapping, "shop", "m", mapping)]));

    [Theory]
    [InlineData("{}", null, null, $"{Routing}.appmesh.virtualService: Invalid value: \"null\": must name a VirtualService")]
    [InlineData(MeshService, null, null, $"{Routing}.appmesh.virtualService: Invalid value: \"v.shop\": virtualservices.appmesh.k8s.aws \"v\" not found")]
    [InlineData(MeshService, "{}", null, $"{Routing}.appmesh.virtualService: Invalid value: \"v.shop\": the VirtualService \"v\" uses no VirtualRouter")]
    [InlineData(MeshService, MeshProvider, null, $"{Routing}.appmesh.virtualService: Invalid value: \"v.shop\": virtualrouters.appmesh.k8s.aws \"r\" not found")]
    [InlineData(MeshService, MeshProvider, "{}", "spec.routes: Invalid value: \"r\": the VirtualRouter \"r\" has no routes")]
    [InlineData(MeshService, MeshProvider, """{"spec":{"routes":[{"name":"a"}]}}""", "spec.routes[0]: Invalid value: \"r\": the route \"a\" is none of ")]
    [InlineData(MeshService, MeshProvider, """{"spec":{"routes":[{"name":"a","httpRoute":{"action":{"weightedTargets":[{},{}]}}},{"name":"b","grpcRoute":{"action":{"weightedTargets":[{}]}}}]}}""", "spec.routes[1].grpcRoute.action.weightedTargets: Invalid value: \"r\": the route \"b\" has 1 weightedTargets, expected 2")]
    [InlineData(MeshService, MeshProvider, """{"spec":{"routes":[{"name":"a","httpRoute":{"action":{"weightedTargets":[{},{}]}}}]}}""", NoError)]
    public void AppMesh_Wrong_IsNamed_REF13(string appMesh, string? service, string? router, string error)
    {
        // TR-V-15
        var objects = new List<ReferencedObject>();
        if (service is not null)
            objects.Add(Object(ReferencedKind.AppMeshVirtualService, "shop", "v", service));
        if (router is not null)
            objects.Add(Object(ReferencedKind.AppMeshVirtualRouter, "mesh", "r", router));

        Assert.StartsWith(error, Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{{\"appMesh\":{appMesh}}}}}}}", Good, objects: objects), StringComparison.Ordinal);
    }

    private const string MeshService = """{"virtualService":{"name":"v"}}""";

    private const string MeshProvider = """{"spec":{"provider":{"virtualRouter":{"virtualRouterRef":{"name":"r","namespace":"mesh"}}}}}""";

    [Theory]
    [InlineData("""{"istio":{"virtualService":{"name":"v"},"destinationRule":{"name":"missing","canarySubsetName":"new","stableSubsetName":"old"}}}""")]
    [InlineData("""{"smi":{"trafficSplitName":"missing"}}""")]
    [InlineData("""{"traefik":{"weightedTraefikServiceName":"missing"}}""")]
    [InlineData("""{"apisix":{"route":{"name":"missing"}}}""")]
    public void RoutingObject_ThatItsRouterLooksAt_IsNotChecked_REF14(string routing)
    {
        // TR-V-18
        var subsets = """{"spec":{"http":[{"route":[{"destination":{"host":"h","subset":"old"}},{"destination":{"host":"h","subset":"new"}}]}]}}""";

        Assert.Equal(NoError, Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{routing}}}}}", Good, objects: [Object(ReferencedKind.IstioVirtualService, "shop", "v", subsets)]));
    }

    [Fact]
    public void Templates_OfAnExperimentStep_AreNotChecked_REF14() => Assert.Equal(
        NoError,
        Error("""{"canary":{"steps":[{"experiment":{"templates":[],"analyses":[{"name":"a","templateName":"missing"}]}}]}}""", Good));

    [Fact]
    public void Templates_ThatIncludeThemselves_AreNamed_REF14_AT16() // The reference recurses without end.
    {
        var error = Error(
            """{"canary":{"analysis":{"templates":[{"templateName":"a"}]}}}""",
            Good,
            [Template("a", "\"templates\":[{\"templateName\":\"b\"}],"), Template("b", "\"templates\":[{\"templateName\":\"a\"}],")]);

        Assert.Equal("spec.templates: Invalid value: \"a\": AnalysisTemplate 'a' includes itself: a -> b -> a", error);
    }

    [Theory] // Nobody looks at such objects here, so nothing is known of them.
    [InlineData("""{"istio":{"virtualService":{"name":"v"}}}""")]
    [InlineData("""{"nginx":{"stableIngress":"i"}}""")]
    [InlineData("""{"ambassador":{"mappings":["m"]}}""")]
    [InlineData("""{"appMesh":{"virtualService":{"name":"v"}}}""")]
    public void RoutingObject_OfAKindThatIsNotSeen_IsNotMissed(string routing) =>
        Assert.Equal(NoError, Error($"{{\"canary\":{{{Canary},\"trafficRouting\":{routing}}}}}", Good));

    [Theory] // Everything is looked for before the contents of anything are looked at.
    [InlineData("""{"app":"api"}""", "[]", "x", "spec.strategy.canary.stableService: Invalid value: \"x\": services")]
    [InlineData("""{"app":"api"}""", """[{"templateName":"t"}]""", "s", "spec.strategy.canary.analysis.templates: Invalid value: \"t\"")]
    [InlineData("""{"app":"api"}""", "[]", "s", "spec.strategy.canary.trafficRouting.nginx: Internal error")]
    public void Errors_ComeInTheReferencesOrder(string selector, string templates, string stable, string error) => Assert.StartsWith(
        error,
        Error($"{{\"canary\":{{\"stableService\":\"{stable}\",\"canaryService\":\"c\",\"analysis\":{{\"templates\":{templates}}},\"trafficRouting\":{{\"nginx\":{{}},\"istio\":{{}}}}}}}}", [Service("s"), Service("c", selector)]),
        StringComparison.Ordinal);

    [Fact]
    public void ObjectsReferenced_OfEveryRouter_AreNamedOnce()
    {
        var rollout = Read("""
            {"canary":{"trafficRouting":{"nginx":{"stableIngress":"i"},"alb":{"ingresses":["i","j"]},"istio":{"virtualServices":[{"name":"v"},{"name":"w.mesh"}]},
            "ambassador":{"mappings":["m"]},"appMesh":{"virtualService":{"name":"a"}}}}}
            """);

        Assert.Equal(
            [
                new(ReferencedKind.Ingress, "shop", "i"),
                new(ReferencedKind.Ingress, "shop", "j"),
                new(ReferencedKind.IstioVirtualService, "shop", "v"),
                new(ReferencedKind.IstioVirtualService, "mesh", "w"),
                new(ReferencedKind.AmbassadorMapping, "shop", "m"),
                new(ReferencedKind.AppMeshVirtualService, "shop", "a"),
            ],
            RolloutDecider.ObjectsReferenced(rollout));
        Assert.Equal(new ObjectReference(ReferencedKind.AppMeshVirtualRouter, "mesh", "r"), RolloutDecider.ObjectsReferenced(Object(ReferencedKind.AppMeshVirtualService, "shop", "a", MeshProvider)));
        Assert.Empty(RolloutDecider.ObjectsReferenced(Read("""{"blueGreen":{"activeService":"a"}}""")));
    }

    private static IEnumerable<(string Strategy, string Path)> EachService(string name) =>
    [
        ($"{{\"blueGreen\":{{\"activeService\":\"{name}\"}}}}", "spec.strategy.blueGreen.activeService"),
        ($"{{\"blueGreen\":{{\"activeService\":\"a\",\"previewService\":\"{name}\"}}}}", "spec.strategy.blueGreen.previewService"),
        ($"{{\"canary\":{{\"canaryService\":\"{name}\"}}}}", "spec.strategy.canary.canaryService"),
        ($"{{\"canary\":{{\"stableService\":\"{name}\"}}}}", "spec.strategy.canary.stableService"),
        ($"{{\"canary\":{{\"pingPong\":{{\"pingService\":\"{name}\",\"pongService\":\"s\"}}}}}}", "spec.strategy.canary.pingPong.pingService"),
        ($"{{\"canary\":{{\"pingPong\":{{\"pingService\":\"s\",\"pongService\":\"{name}\"}}}}}}", "spec.strategy.canary.pingPong.pongService"),
    ];

    private static string Istio(string istio, string more = "") => $"{{\"canary\":{{{Canary},\"trafficRouting\":{{{more}\"istio\":{istio}}}}}}}";

    private static string Route(params string[] hosts) => $"{{\"route\":[{string.Join(',', hosts.Select(h => $"{{\"destination\":{{\"host\":\"{h}\"}}}}"))}]}}";

    private static string Service(string name, string selector = """{"app":"web"}""", string? manager = null) =>
        $"{{\"metadata\":{{\"name\":\"{name}\"{(manager is null ? "" : $",\"annotations\":{{\"argo-rollouts.argoproj.io/managed-by-rollouts\":\"{manager}\"}}")}}},\"spec\":{{\"selector\":{selector}}}}}";

    private static string Template(string name, string more) => $"{{\"metadata\":{{\"name\":\"{name}\"}},\"spec\":{{{more}\"metrics\":[{{\"name\":\"{name}\",\"provider\":{{\"web\":{{\"url\":\"http://x\"}}}}}}]}}}}";

    private static ReferencedObject Object(ReferencedKind kind, string space, string name, string root) => new(new(kind, space, name), JsonElement.Parse(root));

    private static Rollout Read(string strategy) => Rollout.Read(JsonElement.Parse(
        $"{{\"metadata\":{{\"name\":\"web\",\"namespace\":\"shop\"}},\"spec\":{{\"replicas\":3,\"template\":{{\"metadata\":{{\"labels\":{{\"app\":\"web\",\"version\":\"1\"}}}}}},\"strategy\":{strategy}}}}}"));

    /// <summary>The first error of a Rollout among such objects; without a list of routing objects nobody looks at any.</summary>
    private static string Error(string strategy, IEnumerable<string> services, IEnumerable<string>? templates = null, IEnumerable<ReferencedObject>? objects = null) =>
        ReferenceValidation.FirstError(new RolloutObservation
        {
            Rollout = Read(strategy),
            Services = [.. services.Select(s => ServiceView.Read(JsonElement.Parse(s)))],
            Templates = [.. (templates ?? []).Select(t => TemplateView.Read(JsonElement.Parse(t), clusterScope: false))],
            Objects = [.. objects ?? []],
            KindsSeen = objects is null ? [] : [.. Enum.GetValues<ReferencedKind>()],
            Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero),
        })?.ToString() ?? NoError;
}
