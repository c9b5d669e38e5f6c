using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Starts the Experiment of a step (EXS-1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">The object.</param>
public sealed record CreateExperiment(string Name, JsonElement Body) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.CreateExperiment(this);
}
