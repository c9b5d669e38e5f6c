namespace Bascule.Metrics.Web;

/// <summary>A path that cannot be read, or that leads nowhere; the message says which and why.</summary>
internal sealed class JsonPathException(string message) : Exception(message);
