namespace Bascule.Sandbox.Runtime;

/// <summary>The one node of a sandbox.</summary>
internal static class SandboxNode
{
    /// <summary>Its name.</summary>
    public const string Name = "sandbox";

    /// <summary>Its address.</summary>
    public const string Address = "127.0.0.1";
}
