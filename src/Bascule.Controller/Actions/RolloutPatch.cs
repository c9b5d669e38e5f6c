using Bascule.Kube;

namespace Bascule.Controller.Actions;

/// <summary>One write by which a user tells the controller something.</summary>
/// <param name="Patch">What to send.</param>
/// <param name="Subresource"><c>status</c>, or null for the object itself.</param>
public sealed record RolloutPatch(Patch Patch, string? Subresource = null)
{
    /// <summary>The workload that is patched in place of the Rollout that refers to it; null for the Rollout (CLI-8, CLI-10).</summary>
    public PatchTarget? Workload { get; init; }
}
