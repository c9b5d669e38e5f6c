using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Changes the Rollout outside its status: the revision annotation, or the default of replicas.</summary>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record PatchRollout(JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.PatchRollout(this);
}
