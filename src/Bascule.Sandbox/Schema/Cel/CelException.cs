namespace Bascule.Sandbox.Schema.Cel;

/// <summary>An expression that is understood fails for this value, such as a missing key.</summary>
internal sealed class CelException(string message) : Exception(message);

/// <summary>An expression uses a part of the language that is not here.</summary>
internal sealed class CelUnsupportedException(string message) : Exception(message);
