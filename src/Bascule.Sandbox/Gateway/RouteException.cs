namespace Bascule.Sandbox.Gateway;

/// <summary>A routing object, or a part of one, that cannot be served. The message names what was found and what was expected.</summary>
internal sealed class RouteException(string message) : Exception(message);
