using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>Whether the pods of a Service are in the target groups that are bound to it.</summary>
public sealed class TargetGroupCheckTests
{
    private static readonly CancellationToken s_stop = TestContext.Current.CancellationToken;
    private readonly TestLoadBalancers _aws = new();

    [Theory]
    [InlineData("10.0.0.1:8080 10.0.0.2:8080", true, "TargetGroupVerified: Service web (TargetGroup tg) verified: 2 endpoints registered")]
    [InlineData("10.0.0.1:8080 10.0.0.2:8080 10.0.0.9:8080", true, "TargetGroupVerified: Service web (TargetGroup tg) verified: 2 endpoints registered")]
    [InlineData("10.0.0.1:8080 10.0.0.2:80", false, "TargetGroupUnverified: Service web (TargetGroup tg) not verified: 1/2 endpoints registered")]
    [InlineData("", false, "TargetGroupUnverified: Service web (TargetGroup tg) not verified: 0/2 endpoints registered")]
    public async Task Pods_AreRegisteredWhenEveryEndpointIsATarget_TRALB21_EV16(string targets, bool registered, string told)
    {
        var cluster = await ClusterAsync(Binding("port: http"));
        _aws.Targets["tg"] = [.. targets.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

        Assert.Equal(registered, await AskAsync(cluster));
        Assert.Equal([told], cluster.Told);
    }

    [Theory]
    [InlineData("port: 80", true)]
    [InlineData("port: http", true)]
    [InlineData("port: 8080", false)] // No port of the Service: such a binding is none of ours.
    public async Task Port_OfABinding_IsThatOfTheService_TRALB21(string port, bool asked)
    {
        var cluster = await ClusterAsync(Binding(port));
        _aws.Targets["tg"] = ["10.0.0.1:8080", "10.0.0.2:8080"];

        Assert.True(await AskAsync(cluster));
        Assert.Equal(asked, _aws.Asked.Contains("targets tg"));
    }

    [Theory]
    [InlineData("{ targetGroupARN: tg, targetType: instance, serviceRef: { name: web, port: http } }")] // Nodes are targets, not pods.
    [InlineData("{ targetGroupARN: tg, targetType: ip, serviceRef: { name: other, port: http } }")]
    [InlineData("{ targetGroupARN: tg, serviceRef: { name: web, port: http } }")]
    public async Task OtherBindings_AreNotWaitedFor_TRALB21(string spec)
    {
        var cluster = await ClusterAsync(spec);

        Assert.True(await AskAsync(cluster));
        Assert.Empty(_aws.Asked);
    }

    [Fact]
    public async Task Cluster_WithoutBindings_IsNotWaitedFor_TRALB21()
    {
        var cluster = await ClusterAsync();
        await cluster.Client.DeleteAsync(ResourceTypes.CustomResourceDefinitions, new(null, "targetgroupbindings.elbv2.k8s.aws"), new DeleteOptions(), s_stop);

        Assert.True(await AskAsync(cluster));
    }

    [Theory]
    [InlineData("10.0.0.9")] // Of the version before.
    [InlineData("")]
    public async Task Endpoints_ThatHaveNotFollowedTheSwitch_ProveNothing_TRALB21(string endpoint)
    {
        var cluster = await ClusterAsync(Binding("port: http"));
        await EndpointsAsync(cluster, endpoint.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        _aws.Targets["tg"] = ["10.0.0.9:8080"];

        Assert.False(await AskAsync(cluster));
        Assert.Empty(_aws.Asked);
    }

    [Fact]
    public async Task Aws_ThatCannotBeAsked_IsToldOfAndProvesNothing_TRALB21_EV16()
    {
        var cluster = await ClusterAsync(Binding("port: http"));
        _aws.Problem = "DescribeTargetHealth: AccessDenied: no";

        Assert.False(await AskAsync(cluster));
        Assert.Equal(["TargetGroupVerifyError: Failed to verify Service web (TargetGroup tg): DescribeTargetHealth: AccessDenied: no"], cluster.Told);
    }

    private static string Binding(string port) => $$"""{ targetGroupARN: tg, targetType: ip, serviceRef: { name: web, {{port}} } }""";

    private Task<bool> AskAsync(RoutingCluster cluster) => new TargetGroupCheck(new LoadBalancerChecks(_aws), cluster.Client, RoutingTypes.Default.TargetGroupBindings, cluster)
        .AreRegisteredAsync(TestRollout.Of("{ stableService: web }"), "web", s_stop);

    /// <summary>A Service that leads to two pods of a version, beside one of another version.</summary>
    private static async Task<RoutingCluster> ClusterAsync(params IEnumerable<string> bindings)
    {
        var cluster = await RoutingCluster.WithAsync();
        await cluster.Client.CreateAsync(ResourceTypes.Services, "default", Yaml("""
            { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web, rollouts-pod-template-hash: new }, ports: [{ name: http, port: 80, targetPort: 8080 }, { name: more, port: 81 }] } }
            """), s_stop);
        foreach (var (i, hash) in ((int, string)[])[(1, "new"), (2, "new"), (9, "old")])
        {
            await cluster.Client.CreateAsync(ResourceTypes.Pods, "default", Yaml($$"""
                { apiVersion: v1, kind: Pod, metadata: { name: web-{{i}}, labels: { rollouts-pod-template-hash: {{hash}} } }, spec: { containers: [{ name: web, image: web }] } }
                """), s_stop);
            await cluster.Client.PatchAsync(ResourceTypes.Pods, new("default", $"web-{i}"), Patch.Merge(Yaml($$"""{ status: { podIP: 10.0.0.{{i}} } }""")), "status", s_stop);
        }

        await EndpointsAsync(cluster, "10.0.0.1", "10.0.0.2");
        foreach (var (i, spec) in bindings.Index())
        {
            await cluster.Client.CreateAsync(RoutingTypes.Default.TargetGroupBindings, "default", Yaml($$"""
                { apiVersion: elbv2.k8s.aws/v1beta1, kind: TargetGroupBinding, metadata: { name: b{{i}} }, spec: {{spec}} }
                """), s_stop);
        }

        return cluster;
    }

    private static async Task EndpointsAsync(RoutingCluster cluster, params IEnumerable<string> addresses)
    {
        try
        {
            await cluster.Client.DeleteAsync(ResourceTypes.Endpoints, new("default", "web"), new DeleteOptions(), s_stop);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // There were none yet.
        }

        await cluster.Client.CreateAsync(ResourceTypes.Endpoints, "default", Yaml($$"""
            { apiVersion: v1, kind: Endpoints, metadata: { name: web }, subsets: [{ addresses: [{{string.Join(", ", addresses.Select(a => $"{{ ip: {a} }}"))}}], ports: [{ name: http, port: 8080 }, { name: more, port: 8081 }] }] }
            """), s_stop);
    }

    private static JsonObject Yaml(string text) => (JsonObject)Bascule.Kube.Yaml.YamlReader.ReadAll(text).Single().Root!;
}
