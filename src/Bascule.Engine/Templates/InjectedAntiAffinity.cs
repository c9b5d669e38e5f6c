using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Templates;

/// <summary>The anti-affinity terms that keep versions apart (SPEC-56); they are not part of a version.</summary>
internal static class InjectedAntiAffinity
{
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    private static readonly string[] Lists = [Preferred, Required];

    /// <summary>Adds the term that keeps pods away from nodes that run the stable version, after the user's own.</summary>
    /// <param name="podSpec">The pods' spec, which is changed.</param>
    /// <param name="antiAffinity">How strictly.</param>
    /// <param name="namespace">The Rollout's namespace.</param>
    /// <param name="stableHash">The stable version.</param>
    public static void Add(JsonObject podSpec, AntiAffinity antiAffinity, string @namespace, string stableHash)
    {
        var pods = new JsonObject
        {
            ["labelSelector"] = new JsonObject
            {
                ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = Labels.PodTemplateHash, ["operator"] = "In", ["values"] = new JsonArray(stableHash) }),
            },
            ["namespaces"] = new JsonArray(@namespace),
            ["topologyKey"] = "kubernetes.io/hostname",
        };
        var (list, term) = antiAffinity.PreferredWeight is { } weight
            ? (Preferred, new JsonObject { ["weight"] = weight, ["podAffinityTerm"] = pods })
            : (Required, pods);
        var rules = Patches.Child(Patches.Child(podSpec, "affinity"), "podAntiAffinity");
        if (rules[list] is not JsonArray terms)
            rules[list] = terms = [];
        terms.Add((JsonNode)term);
    }

    /// <summary>
    /// The lists of terms in which one names another version than the stable one, corrected; a merge patch of
    /// <c>podAntiAffinity</c>. Null when none does.
    /// </summary>
    /// <param name="template">A ReplicaSet's pod template.</param>
    /// <param name="stableHash">The stable version.</param>
    public static JsonObject? Outdated(JsonElement template, string stableHash)
    {
        var rules = template.Member("spec").Member("affinity").Member("podAntiAffinity");
        JsonObject? corrected = null;
        foreach (var list in Lists)
        {
            if (rules.Raw(list) is not { ValueKind: JsonValueKind.Array } seen)
                continue;
            var terms = JsonArray.Create(seen.Clone())!;
            foreach (var expression in terms.SelectMany(VersionExpressions).Where(e => !NamesOnly(e, stableHash)))
            {
                expression["values"] = new JsonArray(stableHash);
                (corrected ??= [])[list] = terms;
            }
        }

        return corrected;
    }

    /// <summary>Takes out every term that selects by the version hash, and what is empty without it.</summary>
    public static void Remove(JsonObject podSpec)
    {
        if (podSpec["affinity"] is not JsonObject affinity || affinity["podAntiAffinity"] is not JsonObject antiAffinity)
            return;
        foreach (var list in Lists)
        {
            if (antiAffinity[list] is not JsonArray terms)
                continue;
            foreach (var term in terms.Where(t => VersionExpressions(t).Any()).ToList())
                terms.Remove(term);
            if (terms.Count == 0)
                antiAffinity.Remove(list);
        }

        if (antiAffinity.Count == 0)
            affinity.Remove("podAntiAffinity");
        if (affinity.Count == 0)
            podSpec.Remove("affinity");
    }

    /// <summary>What in a term selects by the version hash: only an injected term has such an expression.</summary>
    private static IEnumerable<JsonObject> VersionExpressions(JsonNode? term)
    {
        var pods = term is JsonObject weighted && weighted["podAffinityTerm"] is JsonObject inner ? inner : term as JsonObject;
        return pods?["labelSelector"] is JsonObject selector && selector["matchExpressions"] is JsonArray expressions
            ? expressions.OfType<JsonObject>().Where(e => Text(e["key"]) == Labels.PodTemplateHash)
            : [];
    }

    private static bool NamesOnly(JsonObject expression, string stableHash) => expression["values"] is JsonArray { Count: 1 } values && Text(values[0]) == stableHash;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
