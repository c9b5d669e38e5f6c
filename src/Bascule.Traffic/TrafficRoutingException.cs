using Bascule.Api;
using Bascule.Kube;

namespace Bascule.Traffic;

/// <summary>A router cannot do its work; the message says on which object and why (TR-22).</summary>
public sealed class TrafficRoutingException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="inner">What was refused, if anything.</param>
    public TrafficRoutingException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The reason of the event that tells users.</summary>
    public string Reason { get; init; } = EventReasons.TrafficRoutingError;

    /// <summary>The cluster does not serve a kind of objects that the router works by, so that it can do nothing at all.</summary>
    public bool IsNotServed { get; private init; }

    /// <summary>The cluster does not serve a kind of routing objects.</summary>
    /// <param name="type">The kind, in the version that was asked for.</param>
    /// <param name="inner">What the server said, if it was asked just now.</param>
    public static TrafficRoutingException NotServed(ResourceType type, Exception? inner = null) =>
        new($"the cluster does not serve {type.Kind} ({type.Plural}.{type.Group}) in version {type.Version}: install its definition, or have the controller use a version that is served", inner)
        {
            IsNotServed = true,
        };
}
