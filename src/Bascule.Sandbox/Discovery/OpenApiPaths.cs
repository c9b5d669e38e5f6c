using System.Text.Json;
using Bascule.Kube;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>
/// The paths of an OpenAPI document, with what kubectl looks for in them: which kind an operation is about, and whether
/// a patch takes <c>dryRun</c> and <c>fieldValidation</c>.
/// </summary>
/// <param name="json">Where to.</param>
/// <param name="isV3">The version of the document.</param>
internal sealed class OpenApiPaths(Utf8JsonWriter json, bool isV3)
{
    private static readonly string[] s_writeParameters = ["dryRun", "fieldManager", "fieldValidation"];

    /// <summary>Writes the paths of resources as members of the open object.</summary>
    public void Write(IEnumerable<ServedResource> resources)
    {
        foreach (var resource in resources)
        {
            var type = resource.Type;
            var collection = type.Path(type.Namespaced ? "{namespace}" : null);
            Path(collection, type, Served(resource, ("get", "list"), ("post", "create"), ("delete", "deletecollection")));
            if (resource.IsStored)
                Path(collection + "/{name}", type, Served(resource, ("get", "get"), ("put", "update"), ("patch", "patch"), ("delete", "delete")));
            if (resource.HasStatus)
                Path(collection + "/{name}/status", type, Served(resource, ("get", "get"), ("put", "update"), ("patch", "patch")));
        }
    }

    private static IEnumerable<string> Served(ServedResource resource, params (string Method, string Verb)[] operations) =>
        operations.Where(o => resource.Verbs.Contains(o.Verb)).Select(o => o.Method);

    private void Path(string path, ResourceType type, IEnumerable<string> methods)
    {
        json.WriteStartObject(path);
        foreach (var method in methods)
            Operation(method, type);
        json.WriteEndObject();
    }

    private void Operation(string method, ResourceType type)
    {
        json.WriteStartObject(method);
        json.WriteStartArray("parameters");
        if (method != "get")
        {
            foreach (var name in s_writeParameters)
                Parameter(name, "string");
        }

        if (method == "patch")
            Parameter("force", "boolean");
        json.WriteEndArray();
        json.WriteStartObject("responses");
        json.WriteStartObject("200");
        json.WriteString("description", "OK");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("x-kubernetes-action", method);
        json.GroupVersionKind("x-kubernetes-group-version-kind", type.Group, type.Version, type.Kind);
        json.WriteEndObject();
    }

    private void Parameter(string name, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", "query");
        if (isV3)
            json.WriteStartObject("schema");
        json.WriteString("type", type);
        if (isV3)
            json.WriteEndObject();
        json.WriteEndObject();
    }
}
