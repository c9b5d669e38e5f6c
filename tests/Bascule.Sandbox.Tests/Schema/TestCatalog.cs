using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Tests.Schema;

/// <summary>Objects and definitions for tests.</summary>
internal static class TestCatalog
{
    public static ServedResource Builtin(string apiVersion, string kind) =>
        ResourceCatalog.Builtin.FindKind(apiVersion, kind) ?? throw new ArgumentException($"{apiVersion} {kind} is not served");

    /// <summary>Parses JSON that may use single quotes.</summary>
    public static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json.Replace('\'', '"'))!;

    /// <summary>A definition whose spec has this schema, written with single quotes.</summary>
    /// <param name="specSchema">The schema.</param>
    /// <param name="more">Further members of its one version, each after a comma.</param>
    public static JsonElement Definition(string specSchema, string more = "") => JsonElement.Parse($$"""
        {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition', 'metadata': {'name': 'widgets.example.com'},
         'spec': {'group': 'example.com', 'scope': 'Namespaced', 'names': {'plural': 'widgets', 'kind': 'Widget', 'shortNames': ['wd'], 'categories': ['all']},
          'versions': [{'name': 'v1', 'served': true, 'storage': true {{more}},
           'schema': {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': {{specSchema}}, 'status': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true} } } } }] } }
        """.Replace('\'', '"'));

    /// <summary>The resource that such a definition serves.</summary>
    public static ServedResource Custom(string specSchema, string more = "") =>
        ResourceCatalog.Builtin.WithCustomResource(Definition(specSchema, more)).Find("example.com", "v1", "widgets")!;

    public static JsonObject Widget(string spec) => Object($$"""{'apiVersion': 'example.com/v1', 'kind': 'Widget', 'metadata': {'name': 'a', 'namespace': 'default'}, 'spec': {{spec}} }""");

    public static JsonObject Deployment(string more = "", string labels = "{'app': 'a'}", string container = "{'name': 'c', 'image': 'i:1'}") => Object($$"""
        {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'a', 'namespace': 'default'},
         'spec': {'selector': {'matchLabels': {'app': 'a'} }, 'template': {'metadata': {'labels': {{labels}} }, 'spec': {'containers': [{{container}}]} } {{more}} } }
        """);

    /// <summary>What the API server does before it validates.</summary>
    public static JsonObject Prepared(ServedResource resource, JsonObject obj)
    {
        ObjectRules.Prune(resource, obj);
        ObjectRules.Default(resource, obj);
        return obj;
    }
}
