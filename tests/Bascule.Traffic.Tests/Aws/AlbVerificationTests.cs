using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Alb;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>When AWS is asked about weights, and what is made of what it says.</summary>
public sealed class AlbVerificationTests
{
    private const string Dns = "k8s-shop.us-west-2.elb.amazonaws.com";
    private const string Verified = "TargetGroupVerified: Service canary (TargetGroup arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/tg-canary/73e2) verified: canary weight 20 set";

    private static readonly CancellationToken s_stop = TestContext.Current.CancellationToken;
    private readonly TestLoadBalancers _aws = new();

    [Fact]
    public async Task Verification_Off_AsksNobodyAndRecordsNothing_TRALB14()
    {
        var (cluster, rollout) = (await ClusterAsync(null, "shop"), One());

        var answer = await AskAsync(cluster, rollout, Plan(rollout));

        Assert.Equal((true, null, null), (answer.InForce, answer.Verified, answer.Albs));
        Assert.Empty(_aws.Asked);
    }

    [Theory]
    [InlineData("canary=20 stable=80", true)]
    [InlineData("canary=100|canary=20 stable=80", true)] // A header route leads to the canary alone.
    [InlineData("canary=20 stable=80|other=100", true)]
    [InlineData("canary=20 stable=80|canary=10 stable=90", false)] // The incumbent would look at one of the two listeners alone.
    [InlineData("canary=10 stable=90", false)]
    [InlineData("canary=20", false)]
    [InlineData("other=20 stable=80", false)]
    [InlineData("", false)]
    public async Task Weight_IsVerified_WhenEveryRuleThatSharesHasIt_TRALB17_TRALB18(string rules, bool verified)
    {
        _aws.Add("shop", Dns, "canary", "stable", "other");
        _aws.Forward(Dns, rules.Split('|', StringSplitOptions.RemoveEmptyEntries));
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws), "shop"), One());

        var answer = await AskAsync(cluster, rollout, Plan(rollout));

        Assert.Equal((true, verified, null), (answer.InForce, answer.Verified, answer.Problem));
        Assert.Equal(verified, cluster.Told.Contains(Verified));
    }

    [Fact]
    public async Task WeightThatIsNotYetSet_IsToldOf_TRALB19()
    {
        _aws.Add("shop", Dns, "canary", "stable");
        _aws.Forward(Dns, "canary=10 stable=90", "canary=5 stable=95");
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws), "shop"), One());

        await AskAsync(cluster, rollout, Plan(rollout));

        Assert.Equal(
            "TargetGroupUnverified: Service canary (TargetGroup arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/tg-canary/73e2) not verified: canary weight 20 not yet set (current: 10, 5)",
            Assert.Single(cluster.Told));
    }

    [Fact]
    public async Task Status_NamesLoadBalancerAndTargetGroups_TRALB20()
    {
        _aws.Add("shop", Dns, "canary", "stable");
        _aws.Forward(Dns, "canary=20 stable=80");
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws), "shop"), One());

        var albs = (await AskAsync(cluster, rollout, Plan(rollout))).Albs!.Value;

        Assert.Equal(
            """
            [{"loadBalancer":{"name":"k8s-shop","arn":"arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/app/k8s-shop/50dc","fullName":"k8s-shop/50dc"},"canaryTargetGroup":{"name":"tg-canary","arn":"arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/tg-canary/73e2","fullName":"tg-canary/73e2"},"stableTargetGroup":{"name":"tg-stable","arn":"arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/tg-stable/73e2","fullName":"tg-stable/73e2"},"ingress":"shop"}]
            """,
            albs.GetRawText());
    }

    [Fact]
    public async Task EveryIngress_HasToHaveEveryWeight_TRALB18_TRALB20()
    {
        _aws.Add("shop", Dns, "canary", "stable", "trial");
        _aws.Add("more", "more", "canary", "stable", "trial");
        _aws.Forward(Dns, "canary=20 trial=5 stable=75");
        _aws.Forward("more", "canary=20 trial=6 stable=74");
        var cluster = await ClusterAsync(new LoadBalancerChecks(_aws), "shop", "more");
        var rollout = TestRollout.Of("{ canaryService: canary, stableService: stable, trafficRouting: { alb: { ingresses: [shop, more], servicePort: 80 } } }");
        var plan = TestPlan.Read(rollout, (JsonObject)JsonNode.Parse("""{"weight":20,"additional":[{"service":"trial","hash":"t","weight":5}]}""")!) with { Verify = true };

        Assert.False((await AskAsync(cluster, rollout, plan)).Verified);
        _aws.Forward("more", "canary=20 trial=5 stable=75");
        var answer = await AskAsync(cluster, rollout, plan);

        Assert.True(answer.Verified);
        Assert.Equal(["shop", "more"], answer.Albs!.Value.EnumerateArray().Select(a => a.GetProperty("ingress").GetString()));
    }

    [Fact]
    public async Task PingPong_IsWhatTargetGroupsAreMadeFor_TRALB08_TRALB17()
    {
        _aws.Add("shop", Dns, "ping", "pong");
        _aws.Forward(Dns, "ping=20 pong=80");
        var cluster = await ClusterAsync(new LoadBalancerChecks(_aws), "shop");
        var rollout = TestRollout.Of("{ pingPong: { pingService: ping, pongService: pong }, trafficRouting: { alb: { ingress: shop, servicePort: 80, rootService: stable } } }");

        Assert.True((await AskAsync(cluster, rollout, Plan(rollout))).Verified);
    }

    [Fact]
    public async Task OtherTag_NamesTheTargetGroups_TRALB17()
    {
        _aws.Add("shop", Dns, "canary", "stable");
        _aws.Forward(Dns, "canary=20 stable=80");
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws) { ResourceTag = "elbv2.k8s.aws/resource" }, "shop"), One());

        Assert.False((await AskAsync(cluster, rollout, Plan(rollout))).Verified);
    }

    [Fact]
    public async Task LoadBalancer_NotMadeYet_IsWaitedFor_TRALB18_TRALB20()
    {
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws)), One());
        await cluster.Client.CreateAsync(ResourceTypes.Ingresses, "default", Ingress("shop"), s_stop);
        await cluster.RouterOf(rollout).SetAsync(rollout, Plan(rollout), s_stop);
        cluster.Told.Clear();

        var answer = await AskAsync(cluster, rollout, Plan(rollout), set: false);

        Assert.Equal((false, null), (answer.Verified, answer.Problem));
        Assert.Equal(("shop", ""), (answer.Albs!.Value[0].GetProperty("ingress").GetString(), answer.Albs.Value[0].GetProperty("loadBalancer").GetProperty("arn").GetString()));
        Assert.Empty(cluster.Told);
        Assert.Empty(_aws.Asked);
    }

    [Fact]
    public async Task LoadBalancer_NotInTheAccount_IsToldOf_TRALB19()
    {
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws), "shop"), One());

        var answer = await AskAsync(cluster, rollout, Plan(rollout));

        Assert.Equal((false, null), (answer.Verified, answer.Problem));
        Assert.Equal([$"LoadBalancerNotFound: Failed to find load balancer: {Dns}"], cluster.Told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aws_ThatCannotBeAsked_HoldsAStepButNothingElse_TRALB19(bool verify)
    {
        _aws.Problem = "DescribeLoadBalancers: Throttling: Rate exceeded";
        var (cluster, rollout) = (await ClusterAsync(new LoadBalancerChecks(_aws), "shop"), One());

        var answer = await AskAsync(cluster, rollout, Plan(rollout) with { Verify = verify });

        Assert.True(answer.InForce);
        Assert.Equal(verify ? (false, _aws.Problem, true) : (null, null, false), (answer.Verified, answer.Problem, answer.IsVerificationProblem));
        Assert.Equal(["TargetGroupVerifyError: Failed to verify Service canary (TargetGroup unknown): DescribeLoadBalancers: Throttling: Rate exceeded"], cluster.Told);
    }

    [Theory]
    [InlineData("""{}""", false, "find, groups")] // Nothing is known yet.
    [InlineData("""{"albs":[{"ingress":"shop"}]}""", false, "find, groups")] // It is there by now.
    [InlineData("""{"albs":[{"ingress":"other","loadBalancer":{"arn":"a"}}]}""", false, "find, groups")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}]}""", false, "")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}]}""", true, "find, groups, forwards")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}],"canary":{"weights":{"canary":{"weight":20,"podTemplateHash":"new"},"verified":true}}}""", true, "")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}],"canary":{"weights":{"canary":{"weight":20,"podTemplateHash":"new"},"verified":false}}}""", true, "find, groups, forwards")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}],"canary":{"weights":{"canary":{"weight":10,"podTemplateHash":"new"},"verified":true}}}""", true, "find, groups, forwards")]
    [InlineData("""{"albs":[{"ingress":"shop","loadBalancer":{"arn":"a"}}],"canary":{"weights":{"canary":{"weight":20,"podTemplateHash":"old"},"verified":true}}}""", true, "find, groups, forwards")]
    public async Task Aws_IsAskedWhereAPlanWantsItOrNothingIsKnown_TRALB15(string status, bool verify, string asked)
    {
        _aws.Add("shop", Dns, "canary", "stable");
        _aws.Forward(Dns, "canary=20 stable=80");
        var cluster = await ClusterAsync(new LoadBalancerChecks(_aws), "shop");
        var rollout = One() with { Status = RolloutStatus.Read(JsonElement.Parse(status)) };

        var answer = await AskAsync(cluster, rollout, Plan(rollout) with { Verify = verify });

        Assert.Equal(asked, string.Join(", ", _aws.Asked.Select(a => a.Split(' ')[0])));
        Assert.Equal(verify ? true : null, answer.Verified);
        Assert.NotNull(answer.Albs);
    }

    [Fact]
    public async Task Annotations_NotYetSet_AskNobodyAndKeepWhatIsRecorded_TRALB15()
    {
        var cluster = await ClusterAsync(new LoadBalancerChecks(_aws), "shop");
        var rollout = One() with { Status = RolloutStatus.Read(JsonElement.Parse("""{"albs":[{"ingress":"shop"}]}""")) };

        var answer = await AskAsync(cluster, rollout, Plan(rollout), set: false);

        Assert.Equal((false, null, """[{"ingress":"shop"}]"""), (answer.InForce, answer.Verified, answer.Albs?.GetRawText()));
        Assert.Empty(_aws.Asked);
    }

    private static Rollout One() => TestRollout.Of("{ canaryService: canary, stableService: stable, trafficRouting: { alb: { ingress: shop, servicePort: 80 } } }");

    private static TrafficPlan Plan(Rollout rollout) => TestPlan.Of(rollout, 20) with { Verify = true };

    private static async Task<TrafficAnswer> AskAsync(RoutingCluster cluster, Rollout rollout, TrafficPlan plan, bool set = true)
    {
        if (set)
        {
            await cluster.RouterOf(rollout).SetAsync(rollout, plan, s_stop);
            cluster.Told.Clear();
        }

        return await cluster.RouterOf(rollout).AskAsync(rollout, plan, s_stop);
    }

    /// <summary>A cluster with Ingresses that have load balancers: the first is reached by <see cref="Dns"/>, others by their own name.</summary>
    private static async Task<RoutingCluster> ClusterAsync(LoadBalancerChecks? aws, params IReadOnlyList<string> ingresses)
    {
        var cluster = await RoutingCluster.WithAsync(aws, ingresses.Select(Ingress));
        foreach (var (i, name) in ingresses.Index())
        {
            var status = new JsonObject { ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["hostname"] = i == 0 ? Dns : name }) } } };
            await cluster.Client.PatchAsync(ResourceTypes.Ingresses, new("default", name), Patch.Merge(status), "status", s_stop);
        }

        return cluster;
    }

    private static JsonObject Ingress(string name) => (JsonObject)JsonNode.Parse($$"""
        { "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": "{{name}}" },
          "spec": { "rules": [ { "http": { "paths": [ { "path": "/*", "pathType": "ImplementationSpecific", "backend": { "service": { "name": "stable", "port": { "name": "use-annotation" } } } } ] } } ] } }
        """)!;
}
