using System.Text.Json;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Points a Service at a version (NAME-15), by a merge patch on the object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FromHash">The version it selects as seen; empty for none.</param>
/// <param name="ToHash">The version it will select.</param>
/// <param name="Patch">The merge patch; names the resourceVersion seen.</param>
public sealed record SwitchService(string Name, string FromHash, string ToHash, JsonElement Patch) : Effect
{
    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.SwitchService(this);
}
