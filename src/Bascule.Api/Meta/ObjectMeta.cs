using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Meta;

/// <summary>The part of <c>metadata</c> that decisions look at.</summary>
public sealed record ObjectMeta
{
    /// <summary>The object's name; empty when absent.</summary>
    public string Name { get; init; } = "";

    /// <summary>The namespace; empty for a cluster-scoped object.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The uid; empty when absent.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The version of the object that was seen; what an effect on it assumes.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Counts changes of the spec; 0 when absent.</summary>
    public long Generation { get; init; }

    /// <summary>When the object was created.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set while a deleted object is kept by finalizers or dependents.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels, sorted by key.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations, sorted by key.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The uid of the owner with <c>controller: true</c>; null when nobody controls the object.</summary>
    public string? ControllerUid { get; init; }

    /// <summary>The owners that do not control the object, as written.</summary>
    public ImmutableArray<JsonElement> OtherOwners { get; init; } = [];

    /// <summary>Reads <c>metadata</c> of an object; what is missing or malformed keeps its default.</summary>
    public static ObjectMeta Read(JsonElement root)
    {
        var metadata = root.Member("metadata");
        return new ObjectMeta
        {
            Name = metadata.Text("name") ?? "",
            Namespace = metadata.Text("namespace") ?? "",
            Uid = metadata.Text("uid") ?? "",
            ResourceVersion = metadata.Text("resourceVersion") ?? "",
            Generation = metadata.Long("generation") ?? 0,
            CreationTimestamp = metadata.Instant("creationTimestamp"),
            DeletionTimestamp = metadata.Instant("deletionTimestamp"),
            Labels = metadata.Map("labels"),
            Annotations = metadata.Map("annotations"),
            OtherOwners = OtherOwnersOf(metadata),
            ControllerUid = ControllerOf(metadata).Text("uid"),
        };
    }

    private static ImmutableArray<JsonElement> OtherOwnersOf(JsonElement metadata)
    {
        ImmutableArray<JsonElement> others = [];
        foreach (var owner in metadata.List("ownerReferences"))
        {
            if (owner.Bool("controller") != true)
                others = others.Add(owner);
        }

        return others;
    }

    private static JsonElement ControllerOf(JsonElement metadata)
    {
        foreach (var owner in metadata.List("ownerReferences"))
        {
            if (owner.Bool("controller") == true)
                return owner;
        }

        return default;
    }
}
