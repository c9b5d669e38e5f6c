using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Analysis;

/// <summary>The name that a new AnalysisRun gets, or the run that already does its work (NAME-10).</summary>
/// <param name="Name">The name.</param>
/// <param name="Existing">The run to go on with; null when one has to be made.</param>
internal sealed record AnalysisRunClaim(string Name, AnalysisRunView? Existing)
{
    /// <summary>What two runs must have in common to be the same work.</summary>
    private static readonly string[] WorkFields = ["metrics", "args", "dryRun", "measurementRetention"];

    private static readonly JsonElement Nothing = JsonElement.Parse("[]");

    /// <summary>Takes the first name that is free, or an unfinished run of the same controller that measures the same.</summary>
    /// <param name="baseName">The name without collisions.</param>
    /// <param name="seen">All runs whose name could be in the way.</param>
    /// <param name="controllerUid">Whose run it will be.</param>
    /// <param name="spec">What it will measure.</param>
    public static AnalysisRunClaim For(string baseName, ImmutableArray<AnalysisRunView> seen, string controllerUid, JsonElement spec)
    {
        for (var collision = 0; ; collision++)
        {
            var name = Numbered(baseName, collision);
            if (seen.FirstOrDefault(r => r.Name == name) is not { } existing)
                return new(name, null);
            if (!existing.Phase.IsCompleted() && !existing.Terminating && existing.Meta.ControllerUid == controllerUid && SameWork(existing.Spec, spec))
                return new(name, existing);
        }
    }

    /// <summary>The name after so many collisions.</summary>
    public static string Numbered(string baseName, int collision) =>
        collision == 0 ? baseName : string.Create(CultureInfo.InvariantCulture, $"{baseName}.{collision}");

    private static bool SameWork(JsonElement one, JsonElement other) => WorkFields.All(field => JsonElement.DeepEquals(Work(one, field), Work(other, field)));

    private static JsonElement Work(JsonElement spec, string field) =>
        spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty(field, out var found) ? found : Nothing;
}
