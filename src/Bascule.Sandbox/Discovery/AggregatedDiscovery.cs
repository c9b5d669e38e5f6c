using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>Discovery of everything in two requests, as clients since Kubernetes 1.26 ask.</summary>
internal static class AggregatedDiscovery
{
    /// <summary>The media types it is asked for by, newest first.</summary>
    public static ImmutableArray<string> ContentTypes { get; } =
    [
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
    ];

    /// <summary>The version of the document that a media type asks for.</summary>
    public static string VersionOf(string contentType) => contentType == ContentTypes[0] ? "v2" : "v2beta1";

    /// <summary>The document.</summary>
    /// <param name="catalog">What is served.</param>
    /// <param name="core">True for <c>/api</c>, false for <c>/apis</c>.</param>
    /// <param name="version">The document's own version.</param>
    public static byte[] Write(ResourceCatalog catalog, bool core, string version) => JsonDocuments.Object(json =>
    {
        json.WriteString("kind", "APIGroupDiscoveryList");
        json.WriteString("apiVersion", $"apidiscovery.k8s.io/{version}");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var group in CatalogGroup.Of(catalog).Where(g => core == (g.Name.Length == 0)))
            Group(json, group);
        json.WriteEndArray();
    });

    private static void Group(Utf8JsonWriter json, CatalogGroup group)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        if (group.Name.Length > 0)
            json.WriteString("name", group.Name);
        json.WriteNull("creationTimestamp");
        json.WriteEndObject();
        json.WriteStartArray("versions");
        foreach (var version in group.Versions)
        {
            json.WriteStartObject();
            json.WriteString("version", version.Version);
            json.WriteStartArray("resources");
            foreach (var resource in version.Resources)
                Resource(json, resource);
            json.WriteEndArray();
            json.WriteString("freshness", "Current");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter json, ServedResource resource)
    {
        json.WriteStartObject();
        json.WriteString("resource", resource.Type.Plural);
        json.GroupVersionKind("responseKind", resource.Type.Group, resource.Type.Version, resource.Type.Kind);
        json.WriteString("scope", resource.Type.Namespaced ? "Namespaced" : "Cluster");
        json.WriteString("singularResource", resource.Singular);
        json.Strings("verbs", resource.Verbs);
        if (!resource.ShortNames.IsEmpty)
            json.Strings("shortNames", resource.ShortNames);
        if (!resource.Categories.IsEmpty)
            json.Strings("categories", resource.Categories);
        var subresources = CatalogGroup.SubresourcesOf(resource).ToList();
        if (subresources.Count > 0)
        {
            json.WriteStartArray("subresources");
            foreach (var subresource in subresources)
            {
                var (group, version) = JsonDocuments.Split(subresource.ApiVersion);
                json.WriteStartObject();
                json.WriteString("subresource", subresource.Name);
                json.GroupVersionKind("responseKind", group, version, subresource.Kind);
                json.Strings("verbs", subresource.Verbs);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
