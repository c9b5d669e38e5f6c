using System.Text.Json;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>Discovery one request per group and version, as clients before Kubernetes 1.26 ask.</summary>
internal static class LegacyDiscovery
{
    /// <summary>The version that clients are told, chosen so that current kubectl sees no skew.</summary>
    public const string GitVersion = "v1.32.0+bascule";

    /// <summary><c>/version</c>.</summary>
    public static byte[] Version() => JsonDocuments.Object(json =>
    {
        json.WriteString("major", "1");
        json.WriteString("minor", "32");
        json.WriteString("gitVersion", GitVersion);
        json.WriteString("gitCommit", "");
        json.WriteString("gitTreeState", "clean");
        json.WriteString("buildDate", "1970-01-01T00:00:00Z");
        json.WriteString("goVersion", "none");
        json.WriteString("compiler", "dotnet");
        json.WriteString("platform", "linux/amd64");
    });

    /// <summary><c>/api</c>.</summary>
    public static byte[] CoreVersions() => JsonDocuments.Object(json =>
    {
        json.WriteString("kind", "APIVersions");
        json.Strings("versions", ["v1"]);
        json.WriteStartArray("serverAddressByClientCIDRs");
        json.WriteEndArray();
    });

    /// <summary><c>/apis</c>.</summary>
    public static byte[] Groups(ResourceCatalog catalog) => JsonDocuments.Object(json =>
    {
        json.WriteString("kind", "APIGroupList");
        json.WriteString("apiVersion", "v1");
        json.WriteStartArray("groups");
        foreach (var group in CatalogGroup.Of(catalog).Where(g => g.Name.Length > 0))
        {
            json.WriteStartObject();
            Group(json, group);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary><c>/apis/GROUP</c>; null when no such group is served.</summary>
    public static byte[]? Group(ResourceCatalog catalog, string name)
    {
        var group = CatalogGroup.Of(catalog).FirstOrDefault(g => g.Name.Length > 0 && g.Name == name);
        return group is null ? null : JsonDocuments.Object(json =>
        {
            json.WriteString("kind", "APIGroup");
            json.WriteString("apiVersion", "v1");
            Group(json, group);
        });
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>; null when nothing is served there.</summary>
    public static byte[]? Resources(ResourceCatalog catalog, string group, string version)
    {
        var served = CatalogGroup.Of(catalog).FirstOrDefault(g => g.Name == group)?.Versions.FirstOrDefault(v => v.Version == version);
        return served is null ? null : JsonDocuments.Object(json =>
        {
            json.WriteString("kind", "APIResourceList");
            json.WriteString("apiVersion", "v1");
            json.WriteString("groupVersion", group.Length == 0 ? version : $"{group}/{version}");
            json.WriteStartArray("resources");
            foreach (var resource in served.Resources)
            {
                Resource(json, resource);
                foreach (var subresource in CatalogGroup.SubresourcesOf(resource))
                    Subresource(json, resource, subresource);
            }

            json.WriteEndArray();
        });
    }

    private static void Group(Utf8JsonWriter json, CatalogGroup group)
    {
        json.WriteString("name", group.Name);
        json.WriteStartArray("versions");
        foreach (var version in group.Versions)
        {
            json.WriteStartObject();
            GroupVersion(json, group.Name, version.Version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("preferredVersion");
        GroupVersion(json, group.Name, group.Versions[0].Version);
        json.WriteEndObject();
    }

    private static void GroupVersion(Utf8JsonWriter json, string group, string version)
    {
        json.WriteString("groupVersion", $"{group}/{version}");
        json.WriteString("version", version);
    }

    private static void Resource(Utf8JsonWriter json, ServedResource resource)
    {
        json.WriteStartObject();
        json.WriteString("name", resource.Type.Plural);
        json.WriteString("singularName", resource.Singular);
        json.WriteBoolean("namespaced", resource.Type.Namespaced);
        json.WriteString("kind", resource.Type.Kind);
        json.Strings("verbs", resource.Verbs);
        if (!resource.ShortNames.IsEmpty)
            json.Strings("shortNames", resource.ShortNames);
        if (!resource.Categories.IsEmpty)
            json.Strings("categories", resource.Categories);
        json.WriteEndObject();
    }

    private static void Subresource(Utf8JsonWriter json, ServedResource resource, Subresource subresource)
    {
        json.WriteStartObject();
        json.WriteString("name", $"{resource.Type.Plural}/{subresource.Name}");
        json.WriteString("singularName", "");
        json.WriteBoolean("namespaced", resource.Type.Namespaced);
        if (subresource.ApiVersion != resource.Type.ApiVersion)
        {
            var (group, version) = JsonDocuments.Split(subresource.ApiVersion);
            json.WriteString("group", group);
            json.WriteString("version", version);
        }

        json.WriteString("kind", subresource.Kind);
        json.Strings("verbs", subresource.Verbs);
        json.WriteEndObject();
    }
}
