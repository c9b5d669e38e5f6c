using Bascule.Traffic.Ambassador;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What Ambassador's router says of Mappings that are not as the Rollout says.</summary>
public sealed class AmbassadorTests
{
    private const string Canary = "{ canaryService: canary, stableService: stable, trafficRouting: { ambassador: { mappings: [shop] } } }";

    [Theory]
    [InlineData("other", "{ prefix: /, service: stable }", "Ambassador mapping \"shop\" not found: expected in namespace default")] // TR-AMB-09
    [InlineData("shop", "{ prefix: /, service: stable, weight: 20 }", "Ambassador mapping \"shop\" can not define weight: spec.weight is 20, and the weight is up to the Rollout")]
    [InlineData("shop", "{ prefix: /, service: unstable }", "Ambassador mapping \"shop\" does not lead to the stable Service: expected `stable` in spec.service, found `unstable`")] // TR-AMB-03
    public async Task Mapping_NotAsTheRolloutSays_IsLeftAloneAndNamed_TRAMB04(string name, string spec, string problem) =>
        Assert.Equal(problem, await Refusal.OfAsync(Canary, Mapping(name, spec)));

    [Fact]
    public async Task Mappings_NotAsTheRolloutSays_AreNamedTogether_TRAMB08() => Assert.Equal(
        "2 errors found: [Ambassador mapping \"gone\" not found: expected in namespace default][Ambassador mapping \"lost\" not found: expected in namespace default]",
        await Refusal.OfAsync("{ canaryService: canary, stableService: stable, trafficRouting: { ambassador: { mappings: [gone, shop, lost] } } }", Mapping("shop", "{ prefix: /, service: stable }")));

    [Fact]
    public async Task CanaryMapping_OfSomebodyElse_IsLeftAlone_TRAMB07()
    {
        const string owner = "ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: other, uid: other, controller: true }]";

        Assert.StartsWith(
            "canary mapping `shop-canary` controlled by different object: ",
            await Refusal.OfAsync(Canary, $"{Mapping("shop", "{ prefix: /, service: stable }")}\n---\n{Mapping($"shop-canary, {owner}", "{ prefix: /, service: canary }")}"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(246, 246)]
    [InlineData(250, 246)]
    public void CanaryMapping_IsNamedAfterTheMapping_AndItsEndStays_TRAMB02(int length, int left)
    {
        var rollout = TestRollout.Of($"{{ canaryService: canary, stableService: stable, trafficRouting: {{ ambassador: {{ mappings: [{new string('a', length)}] }} }} }}");

        Assert.Equal($"{new string('a', left)}-canary", new AmbassadorRules(RoutingTypes.Default).References(rollout)[1].Name);
    }

    private static string Mapping(string name, string spec) => $$"""{ apiVersion: getambassador.io/v2, kind: Mapping, metadata: { name: {{name}} }, spec: {{spec}} }""";
}
