using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Gives up the control of a ReplicaSet that the selector matches no more (NAME-17).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patch">The merge patch; names the uid and resourceVersion seen.</param>
public sealed record ReleaseReplicaSet(string Name, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.ReleaseReplicaSet(this);
}
