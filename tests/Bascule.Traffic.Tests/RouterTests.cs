using System.Net;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>What the routers tell users, what they leave alone, and what several of them say together.</summary>
public sealed class RouterTests
{
    private static readonly Rollout Mixed = TestRollout.Of("{ trafficRouting: { smi: {}, nginx: {}, istio: {} } }");

    [Theory]
    [InlineData("istio/weight", "Updated VirtualService: VirtualService `web` set to desiredWeight '20'")] // TR-IST-19, EV-32
    [InlineData("istio/header-route", "Updated VirtualService: VirtualService `web` set to desiredWeight '20'")] // TR-IST-29
    [InlineData("istio/routes-removed-beside-tls", "Updated VirtualService: VirtualService `two` set to desiredWeight '0'")] // TR-IST-30, TR-IST-31
    [InlineData("nginx/first-canary", "CreatingCanaryIngress: Creating canary ingress `web-shop-canary` with weight `20`")] // TR-NGX-09, EV-30
    [InlineData("nginx/weight-full", "PatchingCanaryIngress: Updating Ingress `web-shop-canary` to desiredWeight '100'")] // EV-30
    [InlineData("alb/first-canary", "PatchingALBIngress: Updating Ingress `shop` to desiredWeight '20'")] // EV-30
    [InlineData("alb/rule-without-http", "PatchingALBIngress: Updating Ingress `shop` to headerRoute 'first'")] // TR-ALB-10
    [InlineData("alb/header-route-removed-alone", "PatchingALBIngress: Updating Ingress `shop` removing managed routes")] // TR-ALB-13
    [InlineData("alb/header-routes-removed", "PatchingALBIngress: Updating Ingress `shop` to desiredWeight '0'")]
    [InlineData("smi/first-canary", "TrafficSplitCreated: TrafficSplit `web` created")] // EV-33
    [InlineData("ambassador/first-canary", "CanaryMappingWeightUpdate: Set canary mapping weight to 20")] // TR-AMB-09, EV-35
    [InlineData("ambassador/weight-zero", "CanaryMappingWeightUpdate: Set canary mapping weight to 0")]
    [InlineData("traefik/first-canary", "")] // EV-36
    [InlineData("apisix/header-route", "")] // EV-36
    public async Task Change_IsToldOf(string folder, string told)
    {
        var golden = Golden.Read(folder);
        var cluster = await RoutingCluster.WithAsync(golden.Before);

        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None);

        Assert.Equal(told, string.Join('\n', cluster.Told));
    }

    [Theory]
    [InlineData("smi/first-canary", "TrafficSplitNotCreated")] // TR-SMI-04, EV-33
    [InlineData("smi/experiment", "TrafficRoutingError")]
    [InlineData("ambassador/first-canary", "CanaryMappingCreationError")] // TR-AMB-09, EV-35
    [InlineData("ambassador/weight-full", "CanaryMappingUpdateError")]
    [InlineData("ambassador/weight-zero", "CanaryMappingCleanupError")]
    [InlineData("traefik/first-canary", "TraefikServiceUpdateError")] // TR-TRF-04, EV-36
    [InlineData("apisix/first-canary", "ApisixRouteUpdateError")] // TR-APX-03
    [InlineData("apisix/header-route", "ApisixRouteCreateError")] // TR-APX-06, EV-36
    [InlineData("apisix/header-route-removed", "ApisixRouteDeleteError")]
    [InlineData("istio/weight", "TrafficRoutingError")]
    public async Task Write_ThatTheServerRefuses_IsAProblemOfRouting_AndNobodyIsToldOfAChange_TRC09(string folder, string reason)
    {
        var golden = Golden.Read(folder);
        var cluster = await RoutingCluster.WithAsync(golden.Before);
        cluster.BeforeWrite = () => throw new KubeException(HttpStatusCode.Forbidden, "Forbidden", "not allowed");

        var problem = await Assert.ThrowsAsync<TrafficRoutingException>(() => cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None));

        Assert.EndsWith("could not be written: not allowed", problem.Message, StringComparison.Ordinal);
        Assert.Equal(reason, problem.Reason);
        Assert.Empty(cluster.Told);
    }

    [Theory]
    [InlineData("istio/weight", "VirtualService", "VirtualServiceNotFound")] // TR-IST-20, EV-32
    [InlineData("istio/subsets", "DestinationRule", "DestinationRuleNotFound")]
    [InlineData("appmesh/first-canary", "VirtualService", "VirtualServiceNotFound")] // TR-MSH-06, EV-33
    [InlineData("appmesh/first-canary", "VirtualRouter", "VirtualRouterNotFound")]
    [InlineData("appmesh/first-canary", "VirtualNode", "VirtualNodeNotFound")]
    [InlineData("ambassador/first-canary", "Mapping", "AmbassadorMappingNotFound")] // TR-AMB-09, EV-35
    [InlineData("traefik/first-canary", "TraefikService", "TrafficRoutingError")]
    public async Task Object_ThatIsMissing_IsToldOfByItsOwnReason(string folder, string kind, string reason)
    {
        var golden = Golden.Read(folder);
        var cluster = await RoutingCluster.WithAsync(golden.Before.Where(o => o["kind"]!.GetValue<string>() != kind));

        var answer = await new TrafficRouters(cluster.RouterOf(golden.Rollout)).AskAsync(golden.Rollout, golden.Plan, CancellationToken.None);

        Assert.Equal((false, reason), (answer.InForce, answer.ProblemReason));
        Assert.NotNull(answer.Problem);
    }

    [Theory]
    [InlineData("istio/subsets")]
    [InlineData("nginx/weight-full")]
    [InlineData("alb/several-ingresses")]
    [InlineData("smi/experiment")]
    [InlineData("ambassador/several-mappings")]
    [InlineData("appmesh/first-canary")]
    [InlineData("traefik/first-canary")]
    [InlineData("apisix/header-route-removed")]
    [InlineData("gateway-api/tcp-and-tls-by-labels")]
    public async Task Object_ThatARouterChanges_IsOneThatWakesTheRollout_TRC26(string folder)
    {
        var golden = Golden.Read(folder);
        var references = RoutingCatalog.BuiltIn.References(golden.Rollout);

        var changes = RoutingCluster.ChangesOf(golden.Rollout, golden.Plan, await RoutingCluster.WithAsync(golden.Before));

        Assert.NotEmpty(changes);
        Assert.All(changes.Select(c => (c.Type, Key: c.Before?.Key ?? new("default", c.After!["metadata"]!["name"]!.GetValue<string>()))), changed =>
            Assert.Contains(references, r => r.Type == changed.Type && (r.Namespace is null || r.Namespace == changed.Key.Namespace) && (r.Name is null || r.Name == changed.Key.Name)));
    }

    [Theory]
    [InlineData("nginx/first-canary")] // TR-NGX-16, TR-MX-23
    [InlineData("ambassador/first-canary")] // TR-AMB-10
    [InlineData("appmesh/first-canary")] // TR-MSH-07
    [InlineData("traefik/first-canary")] // TR-TRF-05
    [InlineData("apisix/first-canary")]
    public async Task Plan_WithWhatARouterCannot_IsCarriedOutWithoutIt(string folder)
    {
        var golden = Golden.Read(folder);
        var more = TestPlan.Read(golden.Rollout, Refusal.Objects("""
            { weight: 20, additional: [{ service: web-exp, hash: abc, weight: 10 }], routes: [
              { setMirrorRoute: { name: m, match: [{ path: { prefix: / } }] } }, { setHeaderRoute: { name: h, match: [{ headerName: a, headerValue: { exact: b } }] } } ] }
            """).Single());
        if (folder.StartsWith("apisix", StringComparison.Ordinal))
            more = more with { Routes = [more.Routes[0]] }; // TR-APX-08
        var cluster = await RoutingCluster.WithAsync(golden.Before);

        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, more with { PingPong = new ServicePair("ping", "pong") }, CancellationToken.None);

        Assert.Equal(Golden.Text(golden.After), Golden.Text(await cluster.ObjectsAsync(golden.Types)));
    }

    [Theory]
    [InlineData("smi/first-canary")] // TR-SMI-07
    [InlineData("alb/first-canary")] // TR-ALB-13
    public async Task Mirror_OfARouterThatCannot_IsLeftOut(string folder)
    {
        var golden = Golden.Read(folder);
        var more = TestPlan.Read(golden.Rollout, Refusal.Objects("{ weight: 20, routes: [{ setMirrorRoute: { name: m, match: [{ path: { prefix: / } }] } }] }").Single());
        var cluster = await RoutingCluster.WithAsync(golden.Before);

        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, more, CancellationToken.None);

        Assert.Equal(Golden.Text(golden.After), Golden.Text(await cluster.ObjectsAsync(golden.Types)));
    }

    [Theory]
    [InlineData("istio/weight")] // TR-IST-35
    [InlineData("nginx/weight-full")] // TR-NGX-16
    [InlineData("smi/experiment")] // TR-SMI-07
    [InlineData("ambassador/weight-full")] // TR-AMB-10
    [InlineData("appmesh/first-canary")] // TR-MSH-07
    [InlineData("traefik/first-canary")] // TR-TRF-05
    [InlineData("apisix/first-canary")] // TR-APX-08
    public async Task Weights_OfRoutersThatCannotTell_AreNeitherVerifiedNorDenied(string folder)
    {
        var golden = Golden.Read(folder);
        var cluster = await RoutingCluster.WithAsync(golden.After);

        Assert.Equal(new TrafficAnswer(true), await cluster.RouterOf(golden.Rollout).AskAsync(golden.Rollout, golden.Plan with { Verify = true }, CancellationToken.None));
    }

    [Theory]
    [InlineData("istio/mirror-and-header")]
    [InlineData("istio/routes-removed")]
    [InlineData("istio/subsets")]
    public async Task Objects_OfACache_StayAsTheyWere_TRIST32(string folder)
    {
        var golden = Golden.Read(folder);
        var cache = (await RoutingCluster.WithAsync(golden.Before)).Frozen(golden.Types);
        var before = cache.Text;

        Assert.NotEmpty(RoutingCluster.ChangesOf(golden.Rollout, golden.Plan, cache));

        Assert.Equal(before, cache.Text);
    }

    [Fact]
    public void Routers_HaveTheNamesOfTheirFields_TRC02() => Assert.Equal(
        ["istio", "nginx", "alb", "smi", "ambassador", "appMesh", "traefik", "apisix", "gatewayAPI", "plugins/argoproj-labs/gatewayAPI"],
        BuiltInRouters.Rules(RoutingTypes.Default).Select(r => r.Name));

    [Fact]
    public void Types_Replaced_AreReplacedWithoutException()
    {
        var replaced = RoutingTypes.Default.Replaced(t => t with { Version = "v9" });

        Assert.All(typeof(RoutingTypes).GetProperties().Where(p => p.PropertyType == typeof(Kube.ResourceType)), p =>
            Assert.Equal((Kube.ResourceType)p.GetValue(RoutingTypes.Default)! with { Version = "v9" }, p.GetValue(replaced)));
    }

    [Fact]
    public async Task Routers_OfOneRollout_HaveOnePlanInTheirOrder_TRC03_TRMX20()
    {
        var (istio, nginx, smi) = (new InMemoryRouter("istio"), new Refusing("nginx"), new InMemoryRouter("smi"));
        var routers = new TrafficRouters(smi, nginx, istio);
        var plan = TestPlan.Of(Mixed, 20);

        await Assert.ThrowsAsync<TrafficRoutingException>(() => routers.SetAsync(Mixed, plan, [], CancellationToken.None));
        Assert.Equal((plan, null), (istio.PlanOf("default", "web"), smi.PlanOf("default", "web"))); // The first error ends it.

        nginx.Agrees = true;
        await routers.SetAsync(Mixed, plan, [], CancellationToken.None);
        Assert.Equal((plan, plan), (smi.PlanOf("default", "web"), nginx.Seen));
    }

    [Fact]
    public async Task Router_OfAKindThatIsNotServed_IsLeftOutAndTheOthersGoOn_TRC03()
    {
        var (nginx, smi) = (new Refusing("nginx") { Agrees = true, Knows = TrafficRoutingException.NotServed(RoutingTypes.Default.HttpRoutes) }, new InMemoryRouter("smi"));
        var routers = new TrafficRouters(nginx, smi);
        var plan = TestPlan.Of(Mixed, 20);

        var before = await routers.AskAsync(Mixed, plan, CancellationToken.None);
        await routers.SetAsync(Mixed, plan, before.Unserved, CancellationToken.None);
        var after = await routers.AskAsync(Mixed, plan, CancellationToken.None);

        Assert.Equal((false, null, true, null), (before.InForce, before.Problem, after.InForce, after.Problem));
        Assert.Equal((null, plan), (nginx.Seen, smi.PlanOf("default", "web")));
        Assert.Equal(
            "nginx: the cluster does not serve HTTPRoute (httproutes.gateway.networking.k8s.io) in version v1: install its definition, or have the controller use a version that is served",
            $"{Assert.Single(after.Unserved)}");
    }

    [Fact]
    public async Task Problem_OfOneRouter_DoesNotHideThatAKindOfAnotherIsNotServed()
    {
        var (istio, nginx) = (new Refusing("istio") { Knows = new TrafficRoutingException("no VirtualService") }, new Refusing("nginx") { Knows = TrafficRoutingException.NotServed(RoutingTypes.Default.HttpRoutes) });

        var answer = await new TrafficRouters(istio, nginx).AskAsync(Mixed, TestPlan.Of(Mixed, 20), CancellationToken.None);

        Assert.Equal((false, "istio: no VirtualService", "nginx"), (answer.InForce, answer.Problem, Assert.Single(answer.Unserved).Name));
    }

    [Theory]
    [InlineData(false, null, false)] // The reference keeps the last answer, none.
    [InlineData(null, false, false)]
    [InlineData(false, true, false)]
    [InlineData(null, true, true)]
    [InlineData(true, null, true)]
    [InlineData(null, null, null)]
    public async Task Verification_BySeveralRouters_IsDeniedByAny_TRMX21(bool? first, bool? last, bool? verified)
    {
        var (istio, smi) = (new InMemoryRouter("istio") { Verifies = () => first }, new InMemoryRouter("smi") { Verifies = () => last });
        var routers = new TrafficRouters(istio, smi);
        var plan = TestPlan.Of(Mixed, 20) with { Verify = true };
        await routers.SetAsync(Mixed, plan, [], CancellationToken.None);

        Assert.Equal((true, verified), ((await routers.AskAsync(Mixed, plan, CancellationToken.None)) is var answer ? answer.InForce : default, answer.Verified));
    }

    private sealed class Refusing(string name) : ITrafficRouter
    {
        public string Name => name;

        public bool Agrees { get; set; }

        public TrafficPlan? Seen { get; private set; }

        public TrafficRoutingException? Knows { get; init; }

        public Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken) =>
            Knows is { } problem ? Task.FromException<TrafficAnswer>(problem) : Task.FromResult(new TrafficAnswer(false));

        public Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
        {
            Seen = plan;
            return Agrees ? Task.CompletedTask : throw new TrafficRoutingException("not now");
        }
    }
}
