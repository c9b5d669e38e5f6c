using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>An object to patch.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Key">Its name.</param>
public sealed record PatchTarget(ResourceType Type, ObjectKey Key);
