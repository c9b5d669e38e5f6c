using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>Names one collection of objects. All versions of a resource share one collection.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Plural">The resource name in paths.</param>
public readonly record struct StorageKey(string Group, string Plural)
{
    /// <summary>
    /// The collection in which objects of a type live. <c>events.k8s.io</c> events live with the core ones: they are
    /// two faces of one resource.
    /// </summary>
    public static StorageKey Of(ResourceType type) =>
        type is { Group: "events.k8s.io", Plural: "events" } ? new("", "events") : new(type.Group, type.Plural);

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
