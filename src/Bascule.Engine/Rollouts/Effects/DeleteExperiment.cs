namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Deletes an Experiment of the history (GC-4).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">The uid it must have.</param>
public sealed record DeleteExperiment(string Name, string Uid) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.DeleteExperiment(this);
}
