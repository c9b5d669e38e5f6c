using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Changes annotations, minReadySeconds or affinity of a ReplicaSet, by a merge patch on the object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record PatchReplicaSet(string Name, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.PatchReplicaSet(this);
}
