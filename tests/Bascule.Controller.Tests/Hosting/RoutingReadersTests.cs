using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Tests.Hosting;

public sealed class RoutingReadersTests
{
    private static readonly ResourceType Routers = RoutingTypes.Default.AppMeshVirtualRouters;

    [Fact]
    public void Of_AnObject_AreThoseThatNameItOrLookAtMore_TRC26()
    {
        var readers = new RoutingReaders();
        readers.Set(new("shop", "one"), [new(Routers, "shop", "r")]);
        readers.Set(new("shop", "space"), [new(Routers, "shop", null)]);
        readers.Set(new("shop", "all"), [new(Routers, null, null)]);

        Assert.Equal(["all", "one", "space"], Names("shop", "r"));
        Assert.Equal(["all", "space"], Names("shop", "other"));
        Assert.Equal(["all"], Names("mesh", "r"));

        readers.Set(new("shop", "all"), []);
        Assert.Empty(Names("mesh", "r"));

        IEnumerable<string> Names(string space, string name) => readers.Of(Routers, new(space, name)).Select(k => k.Name).Order(StringComparer.Ordinal);
    }
}
