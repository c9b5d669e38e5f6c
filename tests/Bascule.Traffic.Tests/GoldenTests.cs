using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Tests;

/// <summary>
/// Replays the folders of <c>Golden</c>: a Rollout, the objects before, what is asked, the objects after. The objects are
/// in the sandbox's API server, whose answers are those of a cluster; where the definitions of the other projects are at
/// hand, it checks what we write against their schemas.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Cases => [.. Golden.Names];

    public static TheoryData<string> GatewayApiCases => [.. Golden.Names.Where(n => n.StartsWith("gateway-api/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Router_Sets_TheObjectsOfTheFolder(string name)
    {
        var golden = Golden.Read(name);
        var cluster = await RoutingCluster.WithAsync(golden.Before);

        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None);

        Assert.Equal(Golden.Text(golden.After), Golden.Text(await cluster.ObjectsAsync(golden.Types)), ignoreLineEndingDifferences: true);
    }

    [Theory]
    [MemberData(nameof(GatewayApiCases))]
    public async Task GatewayApi_SaidNatively_DoesWhatThePluginDoes(string name)
    {
        var golden = Golden.ReadNatively(name);
        var cluster = await RoutingCluster.WithAsync(golden.Before);
        var router = cluster.RouterOf(golden.Rollout);

        await router.SetAsync(golden.Rollout, golden.Plan, CancellationToken.None);

        Assert.Equal("gatewayAPI", router.Name);
        Assert.Equal(Golden.Text(golden.After), Golden.Text(await cluster.ObjectsAsync(golden.Types)), ignoreLineEndingDifferences: true);
        Assert.Equal(RoutingCatalog.BuiltIn.References(Golden.Read(name).Rollout), RoutingCatalog.BuiltIn.References(golden.Rollout));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Router_ObjectsAsTheyShouldBe_ChangesNothing(string name)
    {
        var golden = Golden.Read(name);
        var cluster = await RoutingCluster.WithAsync(golden.After);
        var before = Golden.Text(await cluster.ObjectsAsync(golden.Types));

        Assert.True((await cluster.RouterOf(golden.Rollout).AskAsync(golden.Rollout, golden.Plan, CancellationToken.None)).InForce);
        await cluster.RouterOf(golden.Rollout).SetAsync(golden.Rollout, golden.Plan, CancellationToken.None);

        Assert.Equal(before, Golden.Text(await cluster.ObjectsAsync(golden.Types)));
        Assert.Empty(cluster.Writes); // TR-IST-19, TR-IST-25, TR-IST-31, TR-AMB-05, TR-MSH-05, TR-TRF-03, TR-APX-02, TR-SMI-05
    }
}
