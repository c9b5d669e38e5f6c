using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Scales a ReplicaSet, by a merge patch on the object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">Its size as seen.</param>
/// <param name="To">Its new size.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record ScaleReplicaSet(string Name, int From, int To, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.ScaleReplicaSet(this);
}
