using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Caches;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Rollouts.Referenced;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Tests.Rollouts;

public sealed class RoutingObjectsTests
{
    private static readonly ResourceType MeshServices = new("appmesh.k8s.aws", "v1beta2", "virtualservices", "VirtualService");
    private static readonly ResourceType MeshRouters = new("appmesh.k8s.aws", "v1beta2", "virtualrouters", "VirtualRouter");

    [Fact]
    public void Of_TypesThatTheCacheHolds_AreFoundWithWhatTheyName()
    {
        var cache = new SnapshotCache(
            (ResourceTypes.Ingresses, Item("i")),
            (ResourceTypes.Ingresses, Item("unrelated")),
            (MeshServices, Item("v", """{"provider":{"virtualRouter":{"virtualRouterRef":{"name":"r"}}}}""")),
            (MeshRouters, Item("r")));

        var (kinds, found) = RoutingObjects.Of(Read("""{"nginx":{"stableIngresses":["i","missing"]},"ambassador":{"mappings":["m"]},"appMesh":{"virtualService":{"name":"v"}}}"""), cache, RoutingTypes.Default);

        Assert.Equal([ReferencedKind.Ingress, ReferencedKind.AppMeshVirtualService, ReferencedKind.AppMeshVirtualRouter], kinds);
        Assert.Equal(["i", "v", "r"], found.Select(o => o.Reference.Name));
    }

    [Fact]
    public void Of_OtherVersionsOfTheApi_AreThoseThatAreAskedFor_TRIST01_TRMSH01()
    {
        var types = RoutingTypes.Default with { VirtualServices = RoutingTypes.Default.VirtualServices with { Version = "v1" } };
        var rollout = Read("""{"istio":{"virtualService":{"name":"v"}}}""");

        Assert.Equal([ReferencedKind.IstioVirtualService], RoutingObjects.Of(rollout, new SnapshotCache((types.VirtualServices, Item("v"))), types).KindsSeen);
        Assert.Empty(RoutingObjects.Of(rollout, new SnapshotCache((types.VirtualServices, Item("v"))), RoutingTypes.Default).KindsSeen);
    }

    [Fact]
    public void Of_TypesThatTheCacheDoesNotHold_AreNotSeen()
    {
        var (kinds, found) = RoutingObjects.Of(Read("""{"nginx":{"stableIngress":"i"}}"""), new SnapshotCache(), RoutingTypes.Default);

        Assert.Empty(kinds);
        Assert.Empty(found);
    }

    private static KubeObject Item(string name, string spec = "{}") =>
        KubeObject.Parse(System.Text.Encoding.UTF8.GetBytes($"{{\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"shop\"}},\"spec\":{spec}}}"));

    private static Rollout Read(string routing) => Rollout.Read(JsonElement.Parse($"{{\"metadata\":{{\"name\":\"web\",\"namespace\":\"shop\"}},\"spec\":{{\"strategy\":{{\"canary\":{{\"trafficRouting\":{routing}}}}}}}}}"));
}
