using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Changes the Rollout's status, on the status subresource (RT-20). At most one in a decision, and none after a PatchRollout.</summary>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record PatchRolloutStatus(JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.PatchRolloutStatus(this);
}
