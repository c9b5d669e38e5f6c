using System.Collections.Immutable;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>The resources of one group in one version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Resources">Its resources by name.</param>
internal sealed record VersionOfGroup(string Version, ImmutableArray<ServedResource> Resources);

/// <summary>One API group.</summary>
/// <param name="Name">Its name; empty for core.</param>
/// <param name="Versions">Its versions, the preferred one first.</param>
internal sealed record CatalogGroup(string Name, ImmutableArray<VersionOfGroup> Versions)
{
    /// <summary>All groups in the catalog's order.</summary>
    public static ImmutableArray<CatalogGroup> Of(ResourceCatalog catalog) =>
    [
        .. catalog.All.GroupBy(r => r.Type.Group).Select(g => new CatalogGroup(g.Key,
        [
            .. g.GroupBy(r => r.Type.Version).OrderByDescending(v => v.Key, VersionOrder.Instance)
                .Select(v => new VersionOfGroup(v.Key, [.. v.OrderBy(r => r.Type.Plural, StringComparer.Ordinal)])),
        ])),
    ];

    /// <summary>All subresources of a resource, status and scale included.</summary>
    public static IEnumerable<Subresource> SubresourcesOf(ServedResource resource)
    {
        var own = new List<Subresource>(resource.Subresources);
        if (resource.HasStatus)
            own.Add(new("status", resource.Type.Kind, resource.Type.ApiVersion, ["get", "patch", "update"]));
        if (resource.Scale is not null)
            own.Add(new("scale", "Scale", BuiltinResources.ScaleApiVersion, ["get", "patch", "update"]));
        return own.OrderBy(s => s.Name, StringComparer.Ordinal);
    }
}
