using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Tests.Workloads;

public sealed class ServiceBackendTests
{
    private const string Named = """[{"name":"http","containerPort":8080}]""";

    [Theory]
    // ready, terminating, publishNotReadyAddresses -> ready, serving, terminating
    [InlineData(true, false, false, true, true, false)]
    [InlineData(false, false, false, false, false, false)]
    [InlineData(true, true, false, false, true, true)]
    [InlineData(false, true, false, false, false, true)]
    [InlineData(false, false, true, true, true, false)]
    [InlineData(false, true, true, true, true, true)]
    public void Slices_PodState_BecomesConditions(bool podReady, bool podTerminating, bool publish, bool ready, bool serving, bool terminating)
    {
        var pod = TestObjects.Pod("a", readySince: podReady ? TestObjects.Now : null, terminating: podTerminating, ports: Named);
        var service = Service(publish: publish);

        var endpoint = Assert.Single(SlicePlanner.Plan(service, ServiceBackends.Of(service, [pod]), []).Writes).Endpoints[0]!;

        Assert.Equal((ready, serving, terminating), ((bool)endpoint["conditions"]!["ready"]!, (bool)endpoint["conditions"]!["serving"]!, (bool)endpoint["conditions"]!["terminating"]!));
    }

    [Fact]
    public void Endpoints_ReadyAndNot_AreApartAndEndingPodsAreOut()
    {
        KubeObject[] pods =
        [
            TestObjects.Pod("ready", readySince: TestObjects.Now, ip: "127.64.0.1", ports: Named),
            TestObjects.Pod("starting", ip: "127.64.0.2", ports: Named),
            TestObjects.Pod("ending", readySince: TestObjects.Now, ip: "127.64.0.3", terminating: true, ports: Named),
            TestObjects.Pod("over", phase: "Succeeded", ip: "127.64.0.4", ports: Named),
            TestObjects.Pod("new", ip: "", ports: Named),
            TestObjects.Pod("other", labels: """{"app":"other"}""", readySince: TestObjects.Now, ip: "127.64.0.5", ports: Named),
        ];
        var service = Service();

        var subset = Assert.Single(EndpointsBuilder.Subsets(service, ServiceBackends.Of(service, pods)))!;

        Assert.Equal("127.64.0.1", (string?)Assert.Single(subset["addresses"]!.AsArray())!["ip"]);
        Assert.Equal("127.64.0.2", (string?)Assert.Single(subset["notReadyAddresses"]!.AsArray())!["ip"]);
        Assert.Equal(8080, (int?)subset["ports"]![0]!["port"]);
    }

    [Fact]
    public void Endpoints_NamedPortDiffers_MakesTwoSubsets()
    {
        KubeObject[] pods =
        [
            TestObjects.Pod("a", readySince: TestObjects.Now, ports: Named),
            TestObjects.Pod("b", readySince: TestObjects.Now, ip: "127.64.0.2", ports: """[{"name":"http","containerPort":9090}]"""),
        ];
        var service = Service();

        var subsets = EndpointsBuilder.Subsets(service, ServiceBackends.Of(service, pods));

        Assert.Equal([8080, 9090], subsets.Select(s => (int)s!["ports"]![0]!["port"]!).Order());
    }

    [Fact]
    public void Slices_Settled_NeedNoWrite_AndOnePodMoreIsOneWrite()
    {
        var service = Service();
        var first = TestObjects.Pod("a", readySince: TestObjects.Now, ports: Named);
        var written = Written(Assert.Single(SlicePlanner.Plan(service, ServiceBackends.Of(service, [first]), []).Writes), "s1");

        var again = SlicePlanner.Plan(service, ServiceBackends.Of(service, [first]), [written]);
        var more = SlicePlanner.Plan(service, ServiceBackends.Of(service, [first, TestObjects.Pod("b", readySince: TestObjects.Now, ip: "127.64.0.2", ports: Named)]), [written]);

        Assert.Empty(again.Writes);
        Assert.Empty(again.Deletes);
        Assert.Same(written, Assert.Single(more.Writes).Present);
        Assert.Equal(2, more.Writes[0].Endpoints.Count);
    }

    [Fact]
    public void Slices_ManyPods_AreSplitAndEmptiedOnesGo()
    {
        var service = Service();
        var pods = Enumerable.Range(1, 150).Select(i => TestObjects.Pod($"p{i:000}", readySince: TestObjects.Now, ip: $"127.64.0.{i}", ports: Named)).ToList();
        var writes = SlicePlanner.Plan(service, ServiceBackends.Of(service, pods), []).Writes;
        ImmutableArray<KubeObject> slices = [.. writes.Select((w, i) => Written(w, $"s{i}"))];

        var fewer = SlicePlanner.Plan(service, ServiceBackends.Of(service, pods[..50]), slices);

        Assert.Equal([100, 50], writes.Select(w => w.Endpoints.Count));
        Assert.Equal(50, Assert.Single(fewer.Writes).Endpoints.Count);
        Assert.Equal("s1", Assert.Single(fewer.Deletes).Name);
    }

    [Theory]
    [InlineData("""{"selector":{"app":"web"}}""", true)]
    [InlineData("{}", false)]
    [InlineData("""{"selector":{"app":"web"},"type":"ExternalName"}""", false)]
    public void Service_WithoutASelector_IsLeftToItsUser(string spec, bool managed)
    {
        var service = TestObjects.Object($$"""{"metadata":{"name":"s"},"spec":{{spec}} }""");

        Assert.Equal(managed, ServiceBackends.IsManaged(service));
    }

    private static KubeObject Service(bool publish = false) => TestObjects.Object($$"""
        {"metadata":{"name":"web","namespace":"default","uid":"svc"},
         "spec":{"selector":{"app":"web"},"publishNotReadyAddresses":{{(publish ? "true" : "false")}},"ports":[{"port":80,"targetPort":"http","protocol":"TCP"}]} }
        """);

    private static KubeObject Written(SliceWrite write, string name) => KubeObject.From(new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = write.Labels.DeepClone() },
        ["ports"] = write.Ports.DeepClone(),
        ["endpoints"] = write.Endpoints.DeepClone(),
    });
}
