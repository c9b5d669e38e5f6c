using System.Text.Json.Nodes;
using Bascule.Api;

namespace Bascule.Engine.Templates;

/// <summary>The anti-affinity terms that keep versions apart (SPEC-56); they are not part of a version.</summary>
internal static class InjectedAntiAffinity
{
    private static readonly string[] Lists = ["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"];

    /// <summary>Takes out every term that selects by the version hash, and what is empty without it.</summary>
    public static void Remove(JsonObject podSpec)
    {
        if (podSpec["affinity"] is not JsonObject affinity || affinity["podAntiAffinity"] is not JsonObject antiAffinity)
            return;
        foreach (var list in Lists)
        {
            if (antiAffinity[list] is not JsonArray terms)
                continue;
            foreach (var term in terms.Where(IsInjected).ToList())
                terms.Remove(term);
            if (terms.Count == 0)
                antiAffinity.Remove(list);
        }

        if (antiAffinity.Count == 0)
            affinity.Remove("podAntiAffinity");
        if (affinity.Count == 0)
            podSpec.Remove("affinity");
    }

    private static bool IsInjected(JsonNode? term)
    {
        var pods = term is JsonObject weighted && weighted["podAffinityTerm"] is JsonObject inner ? inner : term as JsonObject;
        return pods?["labelSelector"] is JsonObject selector
            && selector["matchExpressions"] is JsonArray expressions
            && expressions.Any(e => e is JsonObject expression && expression["key"] is JsonValue key && key.TryGetValue<string>(out var text) && text == Labels.PodTemplateHash);
    }
}
