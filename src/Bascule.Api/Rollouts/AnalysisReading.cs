using System.Text.Json;
using Bascule.Api.Analysis;

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
}
