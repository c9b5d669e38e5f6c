using System.Text;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Storage;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>How server-side apply takes values apart: into named steps, or not at all. Pure.</summary>
internal static class FieldSteps
{
    /// <summary>The step to a field of an object.</summary>
    public static string Field(string name) => "f:" + name;

    /// <summary>The name of the field that a step leads to; null when it leads into a list.</summary>
    public static string? FieldName(string step) => step.StartsWith("f:", StringComparison.Ordinal) ? step[2..] : null;

    /// <summary>The object is owned field by field, not as a whole.</summary>
    public static bool IsGranular(JsonNode? value, StructuralSchema? schema) => value switch
    {
        JsonObject => schema is not { MapAtomic: true },
        JsonArray => schema is { ListType: ListTopology.Map or ListTopology.Set },
        _ => false,
    };

    /// <summary>The items of a granular list with the steps to them; of two items with the same step the first counts.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Items(JsonArray list, StructuralSchema schema)
    {
        var items = new List<KeyValuePair<string, JsonNode?>>(list.Count);
        var seen = new HashSet<string>();
        foreach (var item in list)
        {
            var step = schema.ListType == ListTopology.Map ? KeyStep(item as JsonObject, schema) : "v:" + Encode(item);
            if (seen.Add(step))
                items.Add(new(step, item));
        }

        return items;
    }

    /// <summary>The schema below a step.</summary>
    public static StructuralSchema? Below(StructuralSchema? schema, string step) => FieldName(step) is { } field ? schema?.Child(field) : schema?.Items;

    private static string KeyStep(JsonObject? item, StructuralSchema schema)
    {
        var text = new StringBuilder("k:{");
        foreach (var key in schema.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = item?[key] ?? (schema.Items?.Child(key)?.Default is { } standard ? Json.ToNode(standard) : null);
            if (value is null)
                continue;
            if (text.Length > 3)
                text.Append(',');
            text.Append(Encode(JsonValue.Create(key))).Append(':').Append(Encode(value));
        }

        return text.Append('}').ToString();
    }

    private static string Encode(JsonNode? value) => value is null ? "null" : Encoding.UTF8.GetString(StoredObject.Encode(value));
}
