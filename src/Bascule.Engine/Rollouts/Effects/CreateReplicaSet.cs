using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Creates the ReplicaSet of a new version. That the name exists already means: look again.</summary>
/// <param name="Name">Its name, which the version determines.</param>
/// <param name="Body">The whole object.</param>
public sealed record CreateReplicaSet(string Name, JsonElement Body) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.CreateReplicaSet(this);
}
