namespace Bascule.Kube.Cache;

/// <summary>Which objects of a type an informer keeps.</summary>
public sealed record InformerOptions
{
    /// <summary>All of them.</summary>
    public static InformerOptions All { get; } = new();

    /// <summary>One namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// What is worth keeping of what the server sends; null for everything. An object that is not kept is as if it did not
    /// exist. Called on the informer's loop; what it says of an object is asked again when that changes.
    /// </summary>
    public Func<KubeObject, bool>? Keep { get; init; }
}
