using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Makes the Rollout the controller of a ReplicaSet that has none (NAME-17). Before it is carried out, the Rollout is read past any cache: it must live and have the uid.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RolloutUid">The uid that the Rollout must have.</param>
/// <param name="Patch">The merge patch; names the uid and resourceVersion seen.</param>
public sealed record AdoptReplicaSet(string Name, string RolloutUid, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.AdoptReplicaSet(this);
}
