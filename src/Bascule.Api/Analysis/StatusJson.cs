using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Api.Analysis;

/// <summary>Writes status fields the way Kubernetes does: what is empty is left out.</summary>
internal static class StatusJson
{
    public static void SetUnlessZero(this JsonObject json, string name, int value)
    {
        if (value != 0)
            json[name] = value;
    }

    public static void SetUnlessEmpty(this JsonObject json, string name, ImmutableSortedDictionary<string, string> map)
    {
        if (map.Count > 0)
            json[name] = new JsonObject(map.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)));
    }
}
