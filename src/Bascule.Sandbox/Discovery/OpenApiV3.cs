using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>One document for each group and version, and an index of them.</summary>
internal static class OpenApiV3
{
    /// <summary><c>/openapi/v3</c>.</summary>
    /// <param name="catalog">What is served.</param>
    /// <param name="hashOf">The hash of the document at <c>api/v1</c> or <c>apis/GROUP/VERSION</c>; clients keep a document as long as it stays.</param>
    public static byte[] Index(ResourceCatalog catalog, Func<string, string> hashOf) => JsonDocuments.Object(json =>
    {
        json.WriteStartObject("paths");
        foreach (var group in CatalogGroup.Of(catalog))
        {
            foreach (var version in group.Versions)
            {
                var path = group.Name.Length == 0 ? $"api/{version.Version}" : $"apis/{group.Name}/{version.Version}";
                json.WriteStartObject(path);
                json.WriteString("serverRelativeURL", $"/openapi/v3/{path}?hash={hashOf(path)}");
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
    });

    /// <summary>The document of a group and version; null when it is not served.</summary>
    public static byte[]? Write(ResourceCatalog catalog, string group, string version)
    {
        var resources = catalog.All.Where(r => r.Type.Group == group && r.Type.Version == version).ToList();
        return resources.Count == 0 ? null : JsonDocuments.Object(json =>
        {
            json.WriteString("openapi", "3.0.0");
            json.WriteStartObject("info");
            json.WriteString("title", "Kubernetes");
            json.WriteString("version", LegacyDiscovery.GitVersion);
            json.WriteEndObject();
            json.WriteStartObject("paths");
            new OpenApiPaths(json, isV3: true).Write(resources);
            json.WriteEndObject();
            json.WriteStartObject("components");
            json.WriteStartObject("schemas");
            new OpenApiSchemaWriter(json, isV3: true).Definitions(resources);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
