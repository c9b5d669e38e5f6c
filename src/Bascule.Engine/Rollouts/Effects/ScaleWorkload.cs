using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Scales the Deployment that the Rollout takes the place of. A refusal is told to the user and ends nothing.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">Its size as seen.</param>
/// <param name="To">Its new size.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record ScaleWorkload(string Name, int From, int To, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.ScaleWorkload(this);
}
