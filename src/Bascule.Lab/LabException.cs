namespace Bascule.Lab;

/// <summary>The lab cannot go on; the message tells its user why and what to do.</summary>
public sealed class LabException : Exception
{
    /// <summary>Makes an exception with a message for the user.</summary>
    public LabException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
