using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.GatewayApi;

/// <summary>
/// The rules of a route that lead requests with certain headers to the canary: one beside each rule that is split, named
/// after the managed route (TR-GW-07). Gateways prefer them by themselves, because they match more.
/// </summary>
/// <param name="names">The names that are the controller's to use.</param>
/// <param name="wanted">The routes that shall exist.</param>
/// <param name="canary">The canary's Service.</param>
internal sealed class HeaderRules(ImmutableArray<string> names, ImmutableArray<ManagedRoute> wanted, string canary)
{
    /// <summary>True of a rule that the controller made: by its name, or where the API keeps no names, by leading to the canary alone.</summary>
    public bool IsOne(JsonObject rule) => rule.TextAt("name") is { } name
        ? names.Any(n => name == n || (name.StartsWith($"{n}-", StringComparison.Ordinal) && int.TryParse(name[(n.Length + 1)..], out _)))
        : !names.IsEmpty && rule.ObjectsAt("backendRefs").ToList() is [var only] && only.TextAt("name") == canary && rule.ObjectsAt("matches").All(m => m.ObjectsAt("headers").Any());

    /// <summary>The list with exactly the wanted rules behind those of others.</summary>
    /// <param name="rules">The list as it is.</param>
    /// <param name="split">The rules that are split.</param>
    public JsonArray Among(JsonArray rules, IEnumerable<JsonObject> split)
    {
        var made = wanted.Where(r => r.Header is not null).SelectMany(r => split.Select((rule, i) => For(rule, r.Header!, i == 0 ? r.Name : $"{r.Name}-{i}"))).ToList();
        var present = rules.OfType<JsonObject>().Where(IsOne).ToList();
        var others = rules.Where(r => r is not JsonObject rule || !IsOne(rule)).Select(r => r?.DeepClone());

        // Where the API does not keep names, a rule that only lacks its name is as it should be.
        return [.. others, .. made.Select(m => present.Find(p => IsSame(p, m)) is { } same ? same.DeepClone() : m)];
    }

    private JsonObject For(JsonObject rule, SetHeaderRouteStep step, string name)
    {
        var made = new JsonObject { ["name"] = name };
        var matches = rule.ObjectsAt("matches").DefaultIfEmpty([]).Select(m => (JsonObject)m.DeepClone()).ToList();
        foreach (var match in matches)
        {
            if (match["headers"] is not JsonArray headers)
                match["headers"] = headers = [];
            foreach (var header in step.Matches)
                headers.Add((JsonNode)Match(header));
        }

        made["matches"] = new JsonArray([.. matches]);
        if (rule["filters"] is { } filters)
            made["filters"] = filters.DeepClone();
        var backend = (JsonObject)rule.ObjectsAt("backendRefs").First(b => b.TextAt("name") == canary).DeepClone();
        backend.Remove("weight");
        (backend["group"], backend["kind"], backend["weight"]) = ("", "Service", 1);
        made["backendRefs"] = new JsonArray(backend);
        return made;
    }

    private static JsonObject Match(HeaderMatch header)
    {
        var value = header.HeaderValue!;
        return new()
        {
            ["name"] = header.HeaderName,
            ["type"] = value.Exact.Length > 0 ? "Exact" : "RegularExpression",
            ["value"] = value switch
            {
                { Exact.Length: > 0 } => value.Exact,
                { Prefix.Length: > 0 } => $"{value.Prefix}.*",
                _ => value.Regex,
            },
        };
    }

    private static bool IsSame(JsonObject present, JsonObject made)
    {
        if (present.ContainsKey("name"))
            return JsonNode.DeepEquals(present, made);
        var unnamed = (JsonObject)made.DeepClone();
        unnamed.Remove("name");
        return JsonNode.DeepEquals(present, unnamed);
    }
}
