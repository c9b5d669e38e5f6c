using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What is left of objects of users when the Rollout that managed them is gone.</summary>
public sealed class ManagedObjectsTests
{
    private static readonly CancellationToken s_stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task DestinationRule_SelectsEveryVersionAgain_TRIST33_GC9()
    {
        var after = await GivenBackAsync(RoutingTypes.Default.DestinationRules, "web", """
            { apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule,
              metadata: { name: shop, annotations: { argo-rollouts.argoproj.io/managed-by-rollouts: web, mine: kept } },
              spec: { host: shop, subsets: [
                { name: stable, labels: { app: web, rollouts-pod-template-hash: old }, trafficPolicy: { connectionPool: { tcp: { maxConnections: 3 } } } },
                { name: canary, labels: { rollouts-pod-template-hash: new } },
                { name: other, labels: { app: other } } ] } }
            """);

        Assert.Equal("""{"mine":"kept"}""", after["metadata"]!["annotations"]!.ToJsonString());
        Assert.Equal(
            """[{"name":"stable","labels":{"app":"web"},"trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":3}}}},{"name":"canary","labels":{}},{"name":"other","labels":{"app":"other"}}]""",
            after["spec"]!["subsets"]!.ToJsonString());
    }

    [Theory]
    [InlineData("stable", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"stable","ServicePort":"80","Weight":100}]}}""")]
    [InlineData("root", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"stable","ServicePort":"80","Weight":100}]}}""")] // The incumbent leaves everything.
    public async Task Ingress_SendsEverybodyToTheStableService_TRALB24_GC11(string service, string action)
    {
        var after = await GivenBackAsync(ResourceTypes.Ingresses, "web", Ingress(
            service,
            $$"""{"web":["alb.ingress.kubernetes.io/actions.{{service}}"]}""",
            ($"alb.ingress.kubernetes.io/actions.{service}", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"canary","ServicePort":"80","Weight":30},{"ServiceName":"stable","ServicePort":"80","Weight":70}]}}"""),
            ("rollouts.argoproj.io/managed-alb-actions", "web:alb.ingress.kubernetes.io/actions.stable"),
            ("mine", "kept")));

        Assert.Equal(
            [("alb.ingress.kubernetes.io/actions." + service, action), ("mine", "kept")],
            after["metadata"]!["annotations"]!.AsObject().Select(a => (a.Key, a.Value!.GetValue<string>())));
    }

    [Fact]
    public async Task Ingress_KeepsStickiness_AndLosesRoutesOfSteps_TRALB24()
    {
        // TR-MX-03
        var after = await GivenBackAsync(ResourceTypes.Ingresses, "web", Ingress(
            "stable",
            """{"web":["alb.ingress.kubernetes.io/actions.stable","alb.ingress.kubernetes.io/actions.beta","alb.ingress.kubernetes.io/conditions.beta"],"other":["alb.ingress.kubernetes.io/actions.other"]}""",
            ("alb.ingress.kubernetes.io/actions.stable", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"canary","ServicePort":"80","Weight":30},{"ServiceName":"stable","ServicePort":"80","Weight":70}],"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":60}}}"""),
            ("alb.ingress.kubernetes.io/actions.beta", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"canary","ServicePort":"80","Weight":100}]}}"""),
            ("alb.ingress.kubernetes.io/conditions.beta", "[]"),
            ("alb.ingress.kubernetes.io/actions.other", "theirs")), "beta");

        Assert.Equal(
            [
                ("alb.ingress.kubernetes.io/actions.other", "theirs"),
                ("alb.ingress.kubernetes.io/actions.stable", """{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"stable","ServicePort":"80","Weight":100}],"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":60}}}"""),
                ("rollouts.argoproj.io/managed-alb-annotations", """{"other":["alb.ingress.kubernetes.io/actions.other"]}"""),
            ],
            after["metadata"]!["annotations"]!.AsObject().Select(a => (a.Key, a.Value!.GetValue<string>())).Order());
        Assert.Equal(["stable"], after["spec"]!["rules"]![0]!["http"]!["paths"]!.AsArray().Select(p => p!["backend"]!["service"]!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("all of them")]
    [InlineData("""{"web":"all"}""")]
    [InlineData("""{"web":[1]}""")]
    public void Ingress_WhoseListIsDamaged_IsLeftAlone_TRALB24(string list)
    {
        var ingress = KubeObject.From(Ingress("stable", list));

        Assert.Empty(Kind(ResourceTypes.Ingresses).ManagersOf(ingress));
    }

    [Fact]
    public async Task Action_ThatIsDamaged_StaysAsItIs_TRALB24()
    {
        var after = await GivenBackAsync(ResourceTypes.Ingresses, "web", Ingress("stable", """{"web":["alb.ingress.kubernetes.io/actions.stable"]}""", ("alb.ingress.kubernetes.io/actions.stable", "{oops")));

        Assert.Equal("""{"alb.ingress.kubernetes.io/actions.stable":"{oops"}""", after["metadata"]!["annotations"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{ trafficRouting: { istio: { virtualService: { name: v }, destinationRule: { name: d, canarySubsetName: c, stableSubsetName: s } } } }", "d")]
    [InlineData("{ trafficRouting: { alb: { ingresses: [i, j], servicePort: 80 }, nginx: { stableIngress: n } } }", "i j")]
    [InlineData("{}", "")]
    public void Rollout_NamesWhatItManages_GC9_GC11(string canary, string named) =>
        Assert.Equal(named, string.Join(' ', RoutingCatalog.BuiltIn.Managed.SelectMany(m => m.NamedBy(TestRollout.Of(canary)))));

    private static ManagedObjects Kind(ResourceType type) => RoutingCatalog.BuiltIn.Managed.Single(m => m.Type == type);

    private static Task<JsonObject> GivenBackAsync(ResourceType type, string rollout, string yaml) => GivenBackAsync(type, rollout, (JsonObject)YamlReader.ReadAll(yaml).Single().Root!);

    private static async Task<JsonObject> GivenBackAsync(ResourceType type, string rollout, JsonObject value, params IEnumerable<string> routes)
    {
        foreach (var route in routes)
            value["spec"]!["rules"]![0]!["http"]!["paths"]!.AsArray().Insert(0, Path(route));
        var cluster = await RoutingCluster.WithAsync(value);
        var key = new ObjectKey("default", value["metadata"]!["name"]!.GetValue<string>());
        var found = await cluster.Client.GetAsync(type, key, s_stop);

        Assert.Contains(rollout, Kind(type).ManagersOf(found));
        await Kind(type).GiveBackAsync(cluster.Client, found, [rollout], s_stop);
        return (await cluster.Client.GetAsync(type, key, s_stop)).ToNode();
    }

    private static JsonObject Ingress(string service, string list, params IEnumerable<(string Key, string Value)> annotations)
    {
        var ingress = (JsonObject)JsonNode.Parse("""
            { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": "shop", "annotations": {} }, "spec": { "rules": [ { "http": { "paths": [] } } ] } }
            """)!;
        ingress["spec"]!["rules"]![0]!["http"]!["paths"]!.AsArray().Add(Path(service));
        var written = ingress["metadata"]!["annotations"]!.AsObject();
        written["rollouts.argoproj.io/managed-alb-annotations"] = list;
        foreach (var (key, value) in annotations)
            written[key] = value;
        return ingress;
    }

    private static JsonNode Path(string service) => JsonNode.Parse($$"""
        { "path": "/*", "pathType": "ImplementationSpecific", "backend": { "service": { "name": "{{service}}", "port": { "name": "use-annotation" } } } }
        """)!;
}
