using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Labels and annotations for the pods of one version while it plays one role (SPEC-39, SPEC-55).</summary>
public sealed record PodMetadata
{
    /// <summary>Labels, sorted by key.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Annotations, sorted by key.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>True when there is nothing to put on a pod.</summary>
    public bool IsEmpty => Labels.IsEmpty && Annotations.IsEmpty;

    /// <summary>Reads an object of labels and annotations; null when there is none.</summary>
    public static PodMetadata? Read(JsonElement? metadata) =>
        metadata is { } found ? new() { Labels = found.Map("labels"), Annotations = found.Map("annotations") } : null;
}
