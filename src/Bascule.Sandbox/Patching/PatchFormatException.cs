namespace Bascule.Sandbox.Patching;

/// <summary>A patch document makes no sense; the message says where, what was found and what was expected.</summary>
internal sealed class PatchFormatException(string message) : Exception(message);
