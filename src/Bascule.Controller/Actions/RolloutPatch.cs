using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>One write by which a user tells the controller something.</summary>
/// <param name="Patch">What to send.</param>
/// <param name="Subresource"><c>status</c>, or null for the Rollout itself.</param>
public sealed record RolloutPatch(Patch Patch, string? Subresource = null);
