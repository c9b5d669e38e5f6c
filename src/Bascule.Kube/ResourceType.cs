namespace Bascule.Kube;

/// <summary>A kind of Kubernetes object together with where the API serves it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c> or <c>v1alpha1</c>.</param>
/// <param name="Plural">The resource name in paths, such as <c>replicasets</c>.</param>
/// <param name="Kind">The kind, such as <c>ReplicaSet</c>.</param>
/// <param name="Namespaced">False for cluster-scoped resources.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary>The <c>apiVersion</c> field of objects of this type, such as <c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The API path that lists this type, with no trailing slash.</summary>
    /// <param name="namespace">The namespace to list; null for all namespaces or a cluster-scoped type.</param>
    public string Path(string? @namespace = null)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        return @namespace is null || !Namespaced ? $"{root}/{Plural}" : $"{root}/namespaces/{@namespace}/{Plural}";
    }

    /// <summary>The API path of one object, with no trailing slash.</summary>
    /// <param name="key">Its namespace and name.</param>
    /// <param name="subresource">A subresource such as <c>status</c> or <c>scale</c>; null for the object itself.</param>
    public string Path(ObjectKey key, string? subresource = null) =>
        subresource is null ? $"{Path(key.Namespace)}/{key.Name}" : $"{Path(key.Namespace)}/{key.Name}/{subresource}";

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
