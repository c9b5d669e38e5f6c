using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Traffic.Tests;

/// <summary>What the router for the AWS load balancer controller says of Ingresses that are not as the Rollout says.</summary>
public sealed class AlbTests
{
    private const string Paths = "paths: [{ path: \"/*\", pathType: ImplementationSpecific, backend: { service: { name: stable, port: { name: use-annotation } } } }]";

    [Theory]
    [InlineData("", "metadata: { name: other }", "Ingress `shop` not found in namespace default")]
    [InlineData("rootService: root", "metadata: { name: shop }", "ingress does not have service `root` in rules: Ingress `shop` leads to `stable`")] // TR-ALB-06
    [InlineData("stickinessConfig: { enabled: true, durationSeconds: 0 }", "metadata: { name: shop }", "TargetGroupStickinessConfig's duration must be between 1 and 604800 seconds (7 days)! It is 0")] // TR-ALB-04
    [InlineData("stickinessConfig: { enabled: true, durationSeconds: 604801 }", "metadata: { name: shop }", "TargetGroupStickinessConfig's duration must be between 1 and 604800 seconds (7 days)! It is 604801")]
    [InlineData("", "metadata: { name: shop, annotations: { rollouts.argoproj.io/managed-alb-annotations: all } }", "annotation rollouts.argoproj.io/managed-alb-annotations of Ingress `shop` should list annotations by Rollout, such as {\"web\":[\"…\"]}, found all")] // TR-ALB-05
    public async Task Ingresses_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRALB06(string alb, string metadata, string problem) => Assert.Equal(
        problem,
        await Refusal.OfAsync(
            $$"""{ canaryService: canary, stableService: stable, trafficRouting: { alb: { ingress: shop, servicePort: 80, {{alb}} } } }""",
            $$"""{ apiVersion: networking.k8s.io/v1, kind: Ingress, {{metadata}}, spec: { rules: [{ http: { {{Paths}} } }] } }"""));

    [Fact]
    public async Task ManagedRoute_NamedLikeTheService_WouldTakeItsPathAlong_TRALB13() => Assert.StartsWith(
        "managed route `stable` has the name of the Service in the rules of Ingress `shop`",
        await Refusal.OfAsync(
            "{ canaryService: canary, stableService: stable, trafficRouting: { managedRoutes: [{ name: stable }], alb: { ingress: shop, servicePort: 80 } } }",
            $$"""{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: shop }, spec: { rules: [{ http: { {{Paths}} } }] } }"""),
        StringComparison.Ordinal);

    [Fact]
    public async Task Ingress_EditedByAUserMeanwhile_KeepsTheEdit_TRALB01()
    {
        var golden = Golden.Read("alb/weight-zero");
        var cluster = await RoutingCluster.WithAsync(golden.Before);
        var edit = Patch.Merge((JsonObject)JsonNode.Parse("""{"metadata":{"annotations":{"alb.ingress.kubernetes.io/scheme":"internet-facing"}}}""")!);
        cluster.BeforeWrite = () => cluster.Client.PatchAsync(ResourceTypes.Ingresses, new("default", "shop"), edit, null, CancellationToken.None).GetAwaiter().GetResult();

        var conflict = await Assert.ThrowsAsync<KubeException>(() => cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None));

        Assert.True(conflict.IsConflict);
        cluster.BeforeWrite = null;
        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None);
        var annotations = (await cluster.Client.GetAsync(ResourceTypes.Ingresses, new("default", "shop"), CancellationToken.None)).Annotations;
        Assert.Equal(("internet-facing", true), (annotations["alb.ingress.kubernetes.io/scheme"], annotations["alb.ingress.kubernetes.io/actions.stable"].Contains("\"Weight\":0", StringComparison.Ordinal)));
        Assert.Equal("PatchingALBIngress: Updating Ingress `shop` to desiredWeight '0'", Assert.Single(cluster.Told));
    }
}
