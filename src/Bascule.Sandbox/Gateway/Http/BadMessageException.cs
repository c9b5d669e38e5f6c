namespace Bascule.Sandbox.Gateway.Http;

/// <summary>What came over a connection is no HTTP/1.1, or more than is taken; the message says what was found.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="status">The answer to a client that sent it.</param>
internal sealed class BadMessageException(string message, int status = 400) : Exception(message)
{
    /// <summary>The answer to a client that sent it.</summary>
    public int Status { get; } = status;
}
