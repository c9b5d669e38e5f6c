namespace Bascule.Sandbox;

/// <summary>The sandbox cannot do what was asked; the message tells its user why and what to do.</summary>
public sealed class SandboxException : Exception
{
    /// <summary>Makes an exception with a message for the user.</summary>
    public SandboxException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
