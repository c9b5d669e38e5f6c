using Bascule.Kube;
using Bascule.Traffic.Nginx;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What the router for ingress-nginx does where the Ingresses are not as the Rollout says.</summary>
public sealed class NginxTests
{
    private const string One = "{ canaryService: canary, stableService: stable, trafficRouting: { nginx: { stableIngress: shop } } }";
    private const string Two = "{ canaryService: canary, stableService: stable, trafficRouting: { nginx: { stableIngresses: [shop, cart] } } }";

    [Theory]
    [InlineData(One, "other", "stable", "error retrieving stableIngress `shop` from cache: Ingress `shop` not found in namespace default")]
    [InlineData(One, "shop", "api", "ingress `shop` has no rules using service stable backend: it leads to `api`")]
    [InlineData(Two, "cart", "api", "error retrieving stableIngress `shop` from cache: Ingress `shop` not found in namespace default")]
    [InlineData(Two, "shop", "stable", "error retrieving stableIngress `cart` from cache: Ingress `cart` not found in namespace default")] // TR-NGX-15: nor is that of shop made.
    public async Task Ingresses_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRNGX14(string canary, string name, string service, string problem) =>
        Assert.Equal(problem, await Refusal.OfAsync(canary, Ingress(name, service)));

    [Fact]
    public async Task CanaryIngress_OfSomebodyElse_IsLeftAlone_TRNGX10() => Assert.StartsWith(
        "canary ingress `web-shop-canary` controlled by different object: it exists and is not controlled by Rollout default/web",
        await Refusal.OfAsync(One, $"{Ingress("shop", "stable")}\n---\n{Ingress("web-shop-canary", "canary")}"),
        StringComparison.Ordinal);

    [Fact]
    public async Task CanaryIngress_MadeMeanwhile_IsSeenInTheNextPass_TRNGX09()
    {
        var rollout = TestRollout.Of(One);
        var cluster = await RoutingCluster.WithAsync(Refusal.Objects(Ingress("shop", "stable")));
        var router = cluster.RouterOf(rollout);
        cluster.BeforeWrite = () =>
        {
            cluster.BeforeWrite = null;
            router.SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None).GetAwaiter().GetResult();
        };

        var late = await Assert.ThrowsAsync<KubeException>(() => router.SetAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None));

        Assert.True(late.IsAlreadyExists);
        Assert.Equal(["CreatingCanaryIngress: Creating canary ingress `web-shop-canary` with weight `20`"], cluster.Told);
        Assert.True((await router.AskAsync(rollout, TestPlan.Of(rollout, 20), CancellationToken.None)).InForce);
    }

    [Theory]
    [InlineData(3, "web-aaa-canary")]
    [InlineData(242, null)]
    [InlineData(250, null)]
    public void CanaryIngress_IsNamedAfterBoth_AndItsEndStays_TRNGX02(int length, string? whole)
    {
        var name = CanaryIngress.NameOf(TestRollout.Of(One), new string('a', length));

        Assert.Equal(whole ?? $"web-{new string('a', 242)}-canary", name);
        Assert.True(name.Length <= 253);
    }

    [Fact]
    public void Ingresses_ThatWakeARollout_AreThoseThatItNames_TRNGX18() => Assert.Equal(
        ["shop", "web-shop-canary", "cart", "web-cart-canary"],
        new NginxRules(RoutingTypes.Default).References(TestRollout.Of(Two)).Select(r => r.Name!));

    private static string Ingress(string name, string service) =>
        $$"""{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: {{name}} }, spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: {{service}}, port: { number: 80 } } } }] } }] } }""";
}
