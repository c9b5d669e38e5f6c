using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Ends an Experiment early, by a merge patch that sets spec.terminate (EXS-8).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Patch">The merge patch; carries no resourceVersion, because the Experiment is being written all the time and the wish holds for every version of it.</param>
public sealed record TerminateExperiment(string Name, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.TerminateExperiment(this);
}
