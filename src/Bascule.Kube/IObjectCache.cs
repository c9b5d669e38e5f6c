namespace Bascule.Kube;

/// <summary>
/// What a controller reads: a possibly stale, read-only copy of the cluster. Kept by informers in production, filled by
/// one list for a single look, and delayed on purpose by the simulator.
/// </summary>
public interface IObjectCache
{
    /// <summary>True when the cache keeps a type, so that an object it does not have does not exist.</summary>
    bool Holds(ResourceType type);

    /// <summary>One object; null when the cache does not hold it.</summary>
    KubeObject? Get(ResourceType type, ObjectKey key);

    /// <summary>All objects of a type, in no particular order.</summary>
    /// <param name="type">The type.</param>
    /// <param name="namespace">The namespace; null for all.</param>
    IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace);

    /// <summary>All objects of a type whose controller has this uid; work proportional to the answer.</summary>
    IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid);

    /// <summary>All objects of a type in a namespace that nobody controls; an indexed cache answers without a look at the others.</summary>
    /// <param name="type">The type.</param>
    /// <param name="namespace">The namespace; null for all.</param>
    IReadOnlyList<KubeObject> Uncontrolled(ResourceType type, string? @namespace) => [.. List(type, @namespace).Where(o => o.ControllerUid is null)];
}
