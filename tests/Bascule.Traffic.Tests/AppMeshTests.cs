namespace Bascule.Traffic.Tests;

/// <summary>What App Mesh's router says of objects that are not as the Rollout says, and the order in which it changes them.</summary>
public sealed class AppMeshTests
{
    private const string Canary = "{ canaryService: canary, stableService: stable, trafficRouting: { appMesh: { virtualService: { name: web, routes: [ROUTES] }, virtualNodeGroup: { canaryVirtualNodeRef: { name: new }, stableVirtualNodeRef: { name: old } } } } }";
    private const string Api = "apiVersion: appmesh.k8s.aws/v1beta2";
    private const string Service = "{ " + Api + ", kind: VirtualService, metadata: { name: web }, spec: { provider: { virtualRouter: { virtualRouterRef: { name: router } } } } }";
    private const string NoProvider = "{ " + Api + ", kind: VirtualService, metadata: { name: web }, spec: {} }";
    private const string Nodes = "{ " + Api + ", kind: VirtualNode, metadata: { name: new }, spec: {} }\n---\n{ " + Api + ", kind: VirtualNode, metadata: { name: old }, spec: {} }";
    private const string Both = "[{ virtualNodeRef: { name: new }, weight: 0 }, { virtualNodeRef: { name: old }, weight: 100 }]";

    [Theory]
    [InlineData(null, null, "", "Virtual-service is missing: VirtualService `web` not found in namespace default")]
    [InlineData(NoProvider, null, "", "Virtual-service is not associated with virtual-router: VirtualService `web` should name one in spec.provider.virtualRouter.virtualRouterRef")] // TR-MSH-02
    [InlineData(Service, null, "", "Virtual-router is missing: VirtualRouter `router` not found in namespace default")]
    [InlineData(Service, "[]", "", "spec.routes: Invalid value: \"router\": No routes found")]
    [InlineData(Service, "[{ name: a, tcpRoute: { action: { weightedTargets: [{ virtualNodeRef: { name: new }, weight: 0 }] } } }]", "", "VirtualRouter `router` does not lead to VirtualNode `old`: its routes lead to `new`")] // TR-MSH-04
    [InlineData(Service, "[{ name: a, tcpRoute: { action: { weightedTargets: " + Both + " } } }]", "b", "VirtualRouter `router` has no route `b`: it has the routes `a`")]
    public async Task Objects_NotAsTheRolloutSays_AreLeftAloneAndNamed_TRMSH06(string? service, string? routes, string named, string problem) =>
        Assert.Equal(problem, await Refusal.OfAsync(Canary.Replace("ROUTES", named, StringComparison.Ordinal), string.Join("\n---\n", new[] { Nodes, service, routes is null ? null : Router(routes) }.OfType<string>())));

    [Fact]
    public async Task Route_OfAnUnknownKind_IsNamed_TRMSH03() => Assert.Equal(
        "spec.routes[0]: Invalid value: \"router\": not well-formed: Route has unsupported route type, expected one of httpRoute, tcpRoute, http2Route, grpcRoute",
        await Refusal.OfAsync(Canary.Replace("ROUTES", "", StringComparison.Ordinal), $"{Nodes}\n---\n{Service}\n---\n{Router("[{ name: a }]")}"));

    [Fact]
    public async Task VirtualNode_Missing_IsNamed_TRMSH06() => Assert.Equal(
        "Virtual-node is missing: VirtualNode `old` not found in namespace default",
        await Refusal.OfAsync(Canary.Replace("ROUTES", "", StringComparison.Ordinal), $"{Service}\n---\n{Router("[{ name: a }]")}"));

    [Theory] // A node gets its pods before its traffic, and loses its traffic before its pods.
    [InlineData("appmesh/first-canary", "VirtualNode web-stable, VirtualNode web-canary, VirtualRouter web-router")]
    [InlineData("appmesh/promoted", "VirtualNode web-stable, VirtualRouter web-router, VirtualNode web-canary")]
    public async Task Changes_ComeInAnOrderThatLeavesNobodyWithoutPods_TRMSH05(string folder, string order)
    {
        var golden = Golden.Read(folder);
        var cluster = await RoutingCluster.WithAsync(golden.Before);

        var changes = RoutingCluster.ChangesOf(golden.Rollout, golden.Plan, cluster);

        Assert.Equal(order, string.Join(", ", changes.Select(c => $"{c.Type.Kind} {c.Before!.Name}")));
    }

    private static string Router(string routes) => $$"""{ {{Api}}, kind: VirtualRouter, metadata: { name: router }, spec: { listeners: [{ portMapping: { port: 80, protocol: http } }], routes: {{routes}} } }""";
}
