using System.Text.Json;
using Bascule.Sandbox.Discovery;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Tests.Schema;

namespace Bascule.Sandbox.Tests.Discovery;

public sealed class DiscoveryDocumentTests
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    [Theory]
    [InlineData("/api", "APIVersions")]
    [InlineData("/apis", "APIGroupList")]
    [InlineData("/apis/apps", "APIGroup")]
    [InlineData("/apis/apps/v1", "APIResourceList")]
    [InlineData("/api/v1", "APIResourceList")]
    public void Discovery_AskedForPlainJson_IsTheOldForm(string path, string kind) => Assert.Equal(kind, Read(path, "application/json").GetProperty("kind").GetString());

    [Theory]
    [InlineData("/apis/nothing.example.com")]
    [InlineData("/apis/apps/v7")]
    [InlineData("/api/v2")]
    [InlineData("/openapi/v3/apis/apps/v7")]
    public void Document_OfWhatIsNotServed_DoesNotExist(string path) => Assert.Null(DiscoveryDocuments.Answer(ResourceCatalog.Builtin, path, null));

    [Fact]
    public void Discovery_AskedForTheAggregatedForm_ListsGroupsVersionsAndSubresources()
    {
        var answer = DiscoveryDocuments.Answer(ResourceCatalog.Builtin, "/apis", Aggregated)!;
        var apps = JsonElement.Parse(answer.Body.Span).GetProperty("items").EnumerateArray().Single(g => g.GetProperty("metadata").GetProperty("name").GetString() == "apps");
        var deployments = apps.GetProperty("versions")[0].GetProperty("resources").EnumerateArray().Single(r => r.GetProperty("resource").GetString() == "deployments");

        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", answer.ContentType);
        Assert.Equal(["scale", "status"], deployments.GetProperty("subresources").EnumerateArray().Select(s => s.GetProperty("subresource").GetString()));
        Assert.Equal("deploy", deployments.GetProperty("shortNames")[0].GetString());
    }

    [Fact]
    public void OpenApi3_Index_NamesADocumentForEachGroupVersionByItsHash()
    {
        foreach (var entry in Read("/openapi/v3", null).GetProperty("paths").EnumerateObject())
        {
            var document = DiscoveryDocuments.Answer(ResourceCatalog.Builtin, $"/openapi/v3/{entry.Name}", null)!;

            Assert.EndsWith($"?hash={document.ETag.Trim('"')}", entry.Value.GetProperty("serverRelativeURL").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OpenApi3_References_AreAllDefinedInTheirDocument()
    {
        foreach (var entry in Read("/openapi/v3", null).GetProperty("paths").EnumerateObject())
        {
            var text = Read($"/openapi/v3/{entry.Name}", null);
            var defined = text.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name).ToHashSet();

            Assert.Empty(References(text).Select(r => r["#/components/schemas/".Length..]).Except(defined));
        }
    }

    [Fact]
    public void OpenApi3_Patches_TellThatTheyTakeDryRunAndFieldValidation()
    {
        var patch = Read("/openapi/v3/apis/apps/v1", null).GetProperty("paths").GetProperty("/apis/apps/v1/namespaces/{namespace}/deployments/{name}").GetProperty("patch");

        Assert.Equal("Deployment", patch.GetProperty("x-kubernetes-group-version-kind").GetProperty("kind").GetString());
        Assert.Superset(new HashSet<string?> { "dryRun", "fieldValidation" }, patch.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ToHashSet());
    }

    [Fact]
    public void OpenApi2_Definitions_CarryWhatPatchesNeed()
    {
        var containers = Read("/openapi/v2", null).GetProperty("definitions").GetProperty("io.k8s.api.core.v1.PodSpec").GetProperty("properties").GetProperty("containers");

        Assert.Equal("name merge map", $"{containers.GetProperty("x-kubernetes-patch-merge-key")} {containers.GetProperty("x-kubernetes-patch-strategy")} {containers.GetProperty("x-kubernetes-list-type")}");
        Assert.Equal("#/definitions/io.k8s.api.core.v1.Container", containers.GetProperty("items").GetProperty("$ref").GetString());
    }

    [Fact]
    public void OpenApi2_AskedForProtobuf_BeginsWithTheSwaggerVersion()
    {
        var answer = DiscoveryDocuments.Answer(ResourceCatalog.Builtin, "/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")!;

        Assert.Equal("\n\u00032.0\u0012"u8.ToArray(), answer.Body[..6].ToArray());
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", answer.ContentType);
    }

    [Fact]
    public void Documents_AfterADefinition_ServeItsKind()
    {
        var catalog = ResourceCatalog.Builtin.WithCustomResource(TestCatalog.Definition("{'type': 'object', 'properties': {'size': {'type': 'integer', 'description': 'How large.'}}}"));
        var schema = JsonElement.Parse(DiscoveryDocuments.Answer(catalog, "/openapi/v3/apis/example.com/v1", null)!.Body.Span).GetProperty("components").GetProperty("schemas").GetProperty("com.example.v1.Widget");

        Assert.Equal("Widget", schema.GetProperty("x-kubernetes-group-version-kind")[0].GetProperty("kind").GetString());
        Assert.Equal("How large.", schema.GetProperty("properties").GetProperty("spec").GetProperty("properties").GetProperty("size").GetProperty("description").GetString());
        Assert.Null(DiscoveryDocuments.Answer(catalog.Without("widgets.example.com"), "/openapi/v3/apis/example.com/v1", null));
    }

    private static JsonElement Read(string path, string? accept) => JsonElement.Parse(DiscoveryDocuments.Answer(ResourceCatalog.Builtin, path, accept)!.Body.Span);

    private static IEnumerable<string> References(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
