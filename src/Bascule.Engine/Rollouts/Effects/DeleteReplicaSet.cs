namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Deletes a ReplicaSet of the revision history (GC-1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">The uid it must have.</param>
/// <param name="ResourceVersion">The version seen: it must still be without pods.</param>
public sealed record DeleteReplicaSet(string Name, string Uid, string ResourceVersion) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.DeleteReplicaSet(this);
}
