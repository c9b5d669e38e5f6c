using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>One document for everything, as clients before Kubernetes 1.27 read it.</summary>
internal static class OpenApiV2
{
    /// <summary><c>/openapi/v2</c> as JSON.</summary>
    public static byte[] Write(ResourceCatalog catalog) => JsonDocuments.Object(json =>
    {
        json.WriteString("swagger", "2.0");
        json.WriteStartObject("info");
        json.WriteString("title", "Kubernetes");
        json.WriteString("version", LegacyDiscovery.GitVersion);
        json.WriteEndObject();
        json.WriteStartObject("paths");
        new OpenApiPaths(json, isV3: false).Write(catalog.All);
        json.WriteEndObject();
        json.WriteStartObject("definitions");
        new OpenApiSchemaWriter(json, isV3: false).Definitions(catalog.All);
        json.WriteEndObject();
    });
}
