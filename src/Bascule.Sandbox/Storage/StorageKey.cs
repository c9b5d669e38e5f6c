using Bascule.Kube;

namespace Bascule.Sandbox.Storage;

/// <summary>Names one collection of objects. All versions of a resource share one collection.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Plural">The resource name in paths.</param>
public readonly record struct StorageKey(string Group, string Plural)
{
    /// <summary>The collection of a type; the type must be the one its resource is stored as.</summary>
    public static StorageKey Of(ResourceType type) => new(type.Group, type.Plural);

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
