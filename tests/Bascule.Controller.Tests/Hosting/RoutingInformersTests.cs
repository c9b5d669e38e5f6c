using System.Net;
using Bascule.Controller.Hosting;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Bascule.Kube.Tests.Shared;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Traffic;
using Bascule.Traffic.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Tests.Hosting;

public sealed class RoutingInformersTests
{
    private static readonly ResourceType Type = RoutingTypes.Default.Ingresses;

    [Fact]
    public async Task Type_ThatIsServedNoMore_IsNotHeldUntilItIsServedAgain()
    {
        var client = new TestClient(new DirectClient(new ApiServer(new Store(), TimeProvider.System, new Random(1)), "test"));
        await using var informers = new RoutingInformers(client, RoutingCatalog.BuiltIn, null, TimeProvider.System, new Random(1), NullLogger<InformerCache>.Instance, _ => { });
        await informers.OpenAsync([Type], CancellationToken.None);
        Assert.True(informers.Holds(Type));

        client.Refuse = verb => verb is "watch" or "list" ? new KubeException(HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource") : null;
        client.CutWatches();
        await Eventually.HoldsAsync(() => !informers.Holds(Type), "what is kept is old");
        Assert.True((await Assert.ThrowsAsync<TrafficRoutingException>(() => informers.OpenAsync([Type], CancellationToken.None))).IsNotServed);

        client.Refuse = _ => null;
        await Eventually.HoldsAsync(() => informers.Holds(Type), "it is listed again");
        await informers.OpenAsync([Type], CancellationToken.None);
    }
}
