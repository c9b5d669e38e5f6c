using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What Istio's router does where the objects are not as the Rollout says, or change under its hands.</summary>
public sealed class IstioTests
{
    private const string Hosts = "{ canaryService: canary, stableService: stable, trafficRouting: { istio: { virtualService: { name: web } } } }";
    private const string Named = "{ canaryService: canary, stableService: stable, trafficRouting: { istio: { virtualService: { name: web.shop, routes: [primary] } } } }";
    private const string Subsets = "{ canaryService: canary, stableService: stable, trafficRouting: { istio: { virtualService: { name: web }, destinationRule: { name: web, canarySubsetName: canary, stableSubsetName: stable } } } }";

    private const string BothSubsets = "{ http: [{ route: [{ destination: { host: web, subset: stable }, weight: 100 }, { destination: { host: web, subset: canary }, weight: 0 }] }] }";

    [Theory]
    [InlineData(Hosts, null, "VirtualService `web` not found in namespace default")]
    [InlineData(Named, null, "VirtualService `web` not found in namespace shop")]
    [InlineData(Hosts, "{ hosts: [web] }", "VirtualService `web`: the VirtualService has no http, tls or tcp routes")]
    [InlineData(Hosts, "{ http: [{ route: [{ destination: { host: stable }, weight: 100 }] }] }", "VirtualService `web`: the http route does not lead to the canary Service \"canary\"")]
    [InlineData(Hosts, "{ http: [{ route: [{ destination: { host: canary } }] }, { route: [{ destination: { host: stable } }] }] }", "VirtualService `web`: the VirtualService must have exactly one http route when spec.strategy.canary.trafficRouting.istio.virtualService.routes names none")]
    [InlineData(Subsets, BothSubsets, "DestinationRule `web` not found in namespace default")]
    public async Task Objects_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRIST10_TRIST16_TRIST20(string canary, string? spec, string problem)
    {
        // TR-IST-17
        var rollout = TestRollout.Of(canary);
        var cluster = await RoutingCluster.WithAsync(spec is null ? [] : [VirtualService(spec)]);

        var error = await Assert.ThrowsAsync<TrafficRoutingException>(() => cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None));

        Assert.Equal(problem, error.Message);
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task VirtualService_EditedByAUserMeanwhile_KeepsTheEditAndIsTriedAgain_TRIST01()
    {
        var rollout = TestRollout.Of(Hosts);
        var cluster = await RoutingCluster.WithAsync(VirtualService("{ hosts: [web], http: [{ route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }] }] }"));
        var key = new ObjectKey("default", "web");
        var edit = Patch.Merge((JsonObject)JsonNode.Parse("""{"spec":{"hosts":["web","www"]}}""")!);
        cluster.BeforeWrite = () => cluster.Client.PatchAsync(RoutingTypes.Default.VirtualServices, key, edit, null, CancellationToken.None).GetAwaiter().GetResult();

        var conflict = await Assert.ThrowsAsync<KubeException>(() => cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None));
        Assert.True(conflict.IsConflict);
        cluster.BeforeWrite = null;
        await cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None);

        var spec = (await cluster.Client.GetAsync(RoutingTypes.Default.VirtualServices, key, CancellationToken.None)).ToNode()["spec"]!;
        Assert.Equal(2, spec["hosts"]!.AsArray().Count);
        Assert.Equal(20, spec["http"]![0]!["route"]![1]!["weight"]!.GetValue<int>());
    }

    [Fact]
    public async Task Patch_OfAWeight_NamesTheWeightsAlone_TRIST08()
    {
        var rollout = TestRollout.Of(Hosts);
        var cluster = await RoutingCluster.WithAsync(VirtualService("{ hosts: [web], http: [{ timeout: 3s, route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }] }] }"));

        await cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None);

        var patch = Assert.Single(cluster.Writes);
        Assert.EndsWith("""{"op":"replace","path":"/spec/http/0/route/0/weight","value":80},{"op":"replace","path":"/spec/http/0/route/1/weight","value":20}]""", patch, StringComparison.Ordinal);
        Assert.Equal(["Updated VirtualService: VirtualService `web` set to desiredWeight '20'"], cluster.Told); // TR-IST-19
    }

    [Fact]
    public async Task Subsets_AreChangedBeforeTheWeights_TRIST22()
    {
        var rollout = TestRollout.Of(Subsets);
        var rule = (JsonObject)YamlReader.ReadAll("{ apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule, metadata: { name: web }, spec: { host: web, subsets: [{ name: canary }, { name: stable }] } }").Single().Root!;
        var cluster = await RoutingCluster.WithAsync(rule, VirtualService(BothSubsets));

        await cluster.RouterOf(rollout).SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None);

        Assert.Equal(["patch DestinationRule", "patch VirtualService"], cluster.Writes.Select(w => string.Join(' ', w.Split(' ').Take(2))));
        Assert.Equal("UpdatedDestinationRule: DestinationRule web subset updated (canary: new, stable: stable)", cluster.Told[0]);
    }

    private static JsonObject VirtualService(string spec) => new()
    {
        ["apiVersion"] = "networking.istio.io/v1alpha3",
        ["kind"] = "VirtualService",
        ["metadata"] = new JsonObject { ["name"] = "web" },
        ["spec"] = YamlReader.ReadAll(spec).Single().Root!.DeepClone(),
    };
}
