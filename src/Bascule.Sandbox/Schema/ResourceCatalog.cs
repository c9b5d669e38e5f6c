using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// All resources served at one moment: the built-in ones and those of the CustomResourceDefinitions. Immutable; a change
/// makes a new catalog, and whoever caches documents made from one keys them by the catalog itself.
/// </summary>
internal sealed class ResourceCatalog
{
    private readonly FrozenDictionary<(string Group, string Version, string Plural), ServedResource> byPath;
    private readonly FrozenDictionary<(string ApiVersion, string Kind), ServedResource> byKind;
    private readonly ImmutableSortedDictionary<string, ImmutableArray<ServedResource>> custom;

    private ResourceCatalog(ImmutableSortedDictionary<string, ImmutableArray<ServedResource>> custom)
    {
        this.custom = custom;
        All = [.. BuiltinResources.All, .. custom.Values.SelectMany(r => r)];
        byPath = All.ToFrozenDictionary(r => (r.Type.Group, r.Type.Version, r.Type.Plural));
        byKind = All.ToFrozenDictionary(r => (r.Type.ApiVersion, r.Type.Kind));
    }

    /// <summary>The built-in resources only.</summary>
    public static ResourceCatalog Builtin { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableArray<ServedResource>>(StringComparer.Ordinal));

    /// <summary>Every resource in every served version, built-in ones first.</summary>
    public ImmutableArray<ServedResource> All { get; }

    /// <summary>The resource at an API path; null when none is served there.</summary>
    /// <param name="group">Empty for the core group.</param>
    /// <param name="version">Such as <c>v1</c>.</param>
    /// <param name="plural">Such as <c>pods</c>.</param>
    public ServedResource? Find(string group, string version, string plural) => byPath.GetValueOrDefault((group, version, plural));

    /// <summary>The resource of a kind; null when it is not served.</summary>
    /// <param name="apiVersion">As in objects: <c>v1</c>, <c>apps/v1</c>.</param>
    /// <param name="kind">Such as <c>Pod</c>.</param>
    public ServedResource? FindKind(string apiVersion, string kind) => byKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>A catalog that also serves the versions of a CustomResourceDefinition, in place of what that definition served before.</summary>
    /// <param name="crd">A valid definition (see <see cref="ObjectRules.Validate"/>) as stored.</param>
    public ResourceCatalog WithCustomResource(JsonElement crd)
    {
        var resources = CustomResources.Parse(crd);
        return new(custom.SetItem(crd.GetProperty("metadata").GetProperty("name").GetString()!, resources));
    }

    /// <summary>A catalog without the resources of a CustomResourceDefinition.</summary>
    /// <param name="crdName">The definition's name, <c>plural.group</c>.</param>
    public ResourceCatalog Without(string crdName) => custom.ContainsKey(crdName) ? new(custom.Remove(crdName)) : this;
}
