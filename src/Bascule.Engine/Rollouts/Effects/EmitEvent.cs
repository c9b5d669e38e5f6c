namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Tells users by a Kubernetes Event about the Rollout. Stands behind the write that it tells of; lost when that fails.</summary>
/// <param name="Warning">True for type Warning, false for Normal.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Message">The message.</param>
public sealed record EmitEvent(bool Warning, string Reason, string Message) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.EmitEvent(this);
}
