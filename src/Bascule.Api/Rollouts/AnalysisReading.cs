using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Reads an analysis of a Rollout without failing: what is wrong becomes a sentence for validation.</summary>
internal static class AnalysisReading
{
    public static (RolloutAnalysis Analysis, string? Problem) Read(JsonElement analysis, string path)
    {
        try
        {
            return (RolloutAnalysis.Parse(analysis, path), null);
        }
        catch (FieldFormatException e)
        {
            return (new RolloutAnalysis(), e.Message);
        }
    }

    /// <summary>Reads an analysis that a strategy may have; null when it has none.</summary>
    public static (RolloutAnalysis? Analysis, string? Problem) ReadOptional(JsonElement strategy, string name) =>
        strategy.MemberOrNull(name) is { } found ? Read(found, $"spec.strategy.{name}") : (null, null);
}
