using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Schema;

/// <summary>Reads CustomResourceDefinitions.</summary>
internal static class CustomResources
{
    /// <summary>The resources that a valid definition serves, one per served version.</summary>
    public static ImmutableArray<ServedResource> Parse(JsonElement crd)
    {
        var spec = crd.GetProperty("spec");
        var group = spec.GetProperty("group").GetString()!;
        var names = spec.GetProperty("names");
        var plural = names.GetProperty("plural").GetString()!;
        var kind = names.GetProperty("kind").GetString()!;
        var namespaced = spec.GetProperty("scope").GetString() == "Namespaced";
        var versions = spec.GetProperty("versions").EnumerateArray().ToList();
        var storage = versions.First(v => v.GetProperty("storage").GetBoolean()).GetProperty("name").GetString()!;
        return
        [
            .. versions.Where(v => v.GetProperty("served").GetBoolean()).Select(v =>
                new ServedResource(new ResourceType(group, v.GetProperty("name").GetString()!, plural, kind, namespaced))
                {
                    Singular = names.TryGetProperty("singular", out var singular) ? singular.GetString()! : kind.ToLowerInvariant(),
                    ListKind = names.TryGetProperty("listKind", out var list) ? list.GetString()! : kind + "List",
                    StorageType = new ResourceType(group, storage, plural, kind, namespaced),
                    IsCustom = true,
                    HasGeneration = true,
                    HasStatus = v.TryGetProperty("subresources", out var sub) && sub.TryGetProperty("status", out _),
                }),
        ];
    }
}
