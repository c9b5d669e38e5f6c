using Bascule.Kube;

namespace Bascule.Simulation.Server;

/// <summary>One write that took effect.</summary>
/// <param name="Version">The resourceVersion it made; each write has its own, one apart.</param>
/// <param name="Type">What was written.</param>
/// <param name="Before">The object before; null when it was created.</param>
/// <param name="After">The object after; null when it was removed.</param>
public sealed record ServerWrite(long Version, ResourceType Type, KubeObject? Before, KubeObject? After)
{
    /// <summary>The object's namespace and name.</summary>
    public ObjectKey Key => (After ?? Before!).Key;
}
