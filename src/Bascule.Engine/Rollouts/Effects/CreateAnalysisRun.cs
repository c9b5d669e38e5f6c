using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Starts an analysis. That the name exists already means: look again.</summary>
/// <param name="Name">Its name, which version, revision and step determine (NAME-9, NAME-10).</param>
/// <param name="Body">The whole object.</param>
public sealed record CreateAnalysisRun(string Name, JsonElement Body) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.CreateAnalysisRun(this);
}
