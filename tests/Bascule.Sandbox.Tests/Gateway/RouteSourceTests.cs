using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Yaml;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Routing;
using Bascule.Sandbox.Gateway.Sources;

namespace Bascule.Sandbox.Tests.Gateway;

/// <summary>Whom requests go to, by the routing objects of the files under <c>Cases</c>: first the questions, then the objects.</summary>
public sealed class RouteSourceTests
{
    [Theory]
    [InlineData("ingress")]
    [InlineData("ingress-canary")]
    [InlineData("istio")]
    [InlineData("gateway-api")]
    [InlineData("others")]
    public void Requests_GoWhereTheObjectsSay(string name)
    {
        var documents = YamlReader.ReadAll(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Gateway", "Cases", name + ".yaml"))).Select(d => d.Root.AsObject()).ToList();
        var objects = new RouteObjects(new TestRoutes(documents.Skip(1)));

        var table = RouteTable<Forward>.Of(RouteSources.Read(objects), r => r.Forward);

        var questions = documents[0]["requests"]!.AsArray().Select(q => q!.AsObject()).ToList();
        Assert.Equal(
            questions.Select(q => $"{Question(q)} -> {q["answer"]}"),
            questions.Select(q => $"{Question(q)} -> {Answer(table.Find(Request(q)))}"));
        var refusals = objects.Problems.Select(p => $"{p.Type.Kind} {p.Source.Key}: {p.Why}").Order(StringComparer.Ordinal).ToList();
        var expected = documents[0]["refused"]!.AsArray().Select(r => (string)r!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected.Count, refusals.Count);
        Assert.All(expected.Zip(refusals), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    private static string Question(JsonObject question) => $"{question["method"] ?? "GET"} {question["ask"]} {question["headers"]?.ToJsonString()}";

    private static RequestHead Request(JsonObject question)
    {
        var ask = ((string)question["ask"]!).Split('/', 2);
        var headers = question["headers"]?.AsObject().Select(h => $"{h.Key}: {h.Value}\r\n") ?? [];
        var request = new RequestHead(IPAddress.Loopback);
        request.Parse(Encoding.UTF8.GetBytes($"{question["method"] ?? "GET"} /{ask.ElementAtOrDefault(1)} HTTP/1.1\r\nHost: {ask[0]}\r\n{string.Concat(headers)}\r\n"));
        return request;
    }

    private static string Answer(Forward? forward) => forward is null
        ? "none"
        : string.Join(" + ", forward.Targets.Select(t => string.Join(" > ", t.Mirrors.Select(m => FormattableString.Invariant($"{Name(m.Service)} {m.Share}")).Prepend(FormattableString.Invariant($"{Name(t.Service)} {Math.Round(t.Weight, 6)}")))));

    private static string Name(ServiceRef service) =>
        (service.Namespace == "default" ? "" : service.Namespace + "/") + (service.Name.Length == 0 ? "(nobody)" : service.Name) + (service.Subset.Length > 0 ? $"{{{service.Subset}}}" : "");
}

/// <summary>Objects of documents; every Service exists that a reference may name.</summary>
internal sealed class TestRoutes(IEnumerable<JsonObject> documents) : IObjectCache
{
    private readonly List<KubeObject> _objects = [.. documents.Select(KubeObject.From)];

    public bool Holds(ResourceType type) => true;

    public KubeObject? Get(ResourceType type, ObjectKey key) => type == ResourceTypes.Services
        ? KubeObject.From(new JsonObject { ["metadata"] = new JsonObject { ["namespace"] = key.Namespace, ["name"] = key.Name } })
        : List(type, key.Namespace).FirstOrDefault(o => o.Key == key);

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) =>
        [.. _objects.Where(o => Kind(o) == (type.ApiVersion, type.Kind) && (@namespace is null || o.Namespace == @namespace))];

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => [];

    private static (string?, string?) Kind(KubeObject o) => (o.Root.Text("apiVersion"), o.Root.Text("kind"));
}
