namespace Bascule.Kube.Events;

/// <summary>Something worth telling users about an object.</summary>
/// <param name="About">The object.</param>
/// <param name="Severity">Whether it is expected.</param>
/// <param name="Reason">Short CamelCase reason.</param>
/// <param name="Message">The sentence to show.</param>
public sealed record KubeEvent(ObjectReference About, EventSeverity Severity, string Reason, string Message);

/// <summary>The two types of Kubernetes events.</summary>
public enum EventSeverity
{
    /// <summary>As it should be.</summary>
    Normal,

    /// <summary>Somebody may have to look.</summary>
    Warning,
}

/// <summary>Names an object from another one.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Uid">Its uid; empty when not known.</param>
/// <param name="ResourceVersion">The version spoken of; empty when not known.</param>
public sealed record ObjectReference(ResourceType Type, ObjectKey Key, string Uid, string ResourceVersion)
{
    /// <summary>A reference to an object as it was read.</summary>
    public static ObjectReference To(ResourceType type, KubeObject value) => new(type, value.Key, value.Uid, value.ResourceVersion);
}
