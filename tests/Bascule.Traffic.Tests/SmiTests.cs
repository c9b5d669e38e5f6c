using Bascule.Kube;
using Bascule.Traffic.Objects;
using Bascule.Traffic.Smi;

namespace Bascule.Traffic.Tests;

/// <summary>The versions of TrafficSplits, and those of somebody else.</summary>
public sealed class SmiTests
{
    private const string Canary = "{ canaryService: canary, stableService: stable, trafficRouting: { smi: {} } }";

    [Theory]
    [InlineData("v1alpha1", "\"20\"")]
    [InlineData("v1alpha2", "20")]
    [InlineData("v1alpha3", "20")]
    public void Weights_AreWrittenAsTheVersionWantsThem_TRSMI03(string version, string weight)
    {
        var rollout = TestRollout.Of(Canary);
        var types = RoutingTypes.Default with { TrafficSplits = RoutingTypes.Default.TrafficSplits with { Version = version } };

        var made = Assert.Single(new SmiRules(types).Changes(rollout, TestPlan.Of(rollout, 20), new FrozenObjects(new Dictionary<ResourceType, IReadOnlyList<KubeObject>>()))).After!;

        Assert.Equal($"split.smi-spec.io/{version}", made["apiVersion"]!.GetValue<string>());
        Assert.Equal($$"""{"service":"canary","weight":{{weight}}}""", made["spec"]!["backends"]![0]!.ToJsonString());
    }

    /// <summary>With an Experiment, a split alone: the folder <c>smi/experiment</c>.</summary>
    [Fact]
    public async Task SplitAndIngress_OfOneRollout_HaveTheSameWeights_E2E121()
    {
        var cluster = await RoutingCluster.WithAsync(Golden.Read("nginx/first-canary").Before);
        var rollout = TestRollout.Of("{ canaryService: canary, stableService: stable, trafficRouting: { smi: {}, nginx: { stableIngress: shop } } }");
        foreach (var weight in new[] { 0, 5, 50 })
        {
            await cluster.Routers.SetAsync(rollout, TestPlan.Of(rollout, weight), [], CancellationToken.None);

            var split = Assert.Single(await cluster.ObjectsAsync([RoutingTypes.Default.TrafficSplits]));
            Assert.Equal($$"""[{"service":"canary","weight":"{{weight}}"},{"service":"stable","weight":"{{100 - weight}}"}]""", split["spec"]!["backends"]!.ToJsonString());
            var ingresses = await cluster.ObjectsAsync([RoutingTypes.Default.Ingresses]);
            var canary = Assert.Single(ingresses, i => i["metadata"]!["name"]!.GetValue<string>() == "web-shop-canary");
            Assert.Equal($"{weight}", canary["metadata"]!["annotations"]!["nginx.ingress.kubernetes.io/canary-weight"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task TrafficSplit_OfSomebodyElse_IsLeftAlone_TRSMI04() => Assert.StartsWith(
        "Rollout does not own TrafficSplit `web`: it exists and is not controlled by Rollout default/web",
        await Refusal.OfAsync(Canary, "{ apiVersion: split.smi-spec.io/v1alpha1, kind: TrafficSplit, metadata: { name: web }, spec: { service: stable, backends: [] } }"),
        StringComparison.Ordinal);
}
