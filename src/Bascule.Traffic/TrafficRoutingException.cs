using Bascule.Api;

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
}
