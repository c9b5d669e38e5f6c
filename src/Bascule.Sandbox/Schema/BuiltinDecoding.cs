using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>What decoding into Go structs does to built-in kinds on the real server: refuse wrong types, forget nulls, spell quantities as text.</summary>
internal static class BuiltinDecoding
{
    /// <summary>The first field with a wrong type, worded as the real server words it; null when all fit.</summary>
    public static string? Error(JsonNode? node, StructuralSchema schema, string path, string owner) => node switch
    {
        null => null,
        JsonValue when schema.Format == "quantity" && HasType(node, schema) && Quantity.Parse(node) is null => Quantity.Malformed,
        JsonObject obj when schema.Type == SchemaType.Object => ObjectError(obj, schema, path, schema.DefinitionName is { } name ? name[(name.LastIndexOf('.') + 1)..] : owner),
        JsonArray array when schema.Type == SchemaType.Array => array.Select(i => schema.Items is { } items ? Error(i, items, path, owner) : null).FirstOrDefault(e => e is not null),
        _ => HasType(node, schema) ? null : $"json: cannot unmarshal {Found(node)} into Go struct field {owner}.{path} of type {Wanted(schema)}",
    };

    private static string? ObjectError(JsonObject obj, StructuralSchema schema, string path, string owner) =>
        obj.Select(p => schema.Child(p.Key) is { } child
                ? Error(p.Value, child, schema.Properties.ContainsKey(p.Key) ? FieldPath.Join(path, p.Key) : path, owner)
                : null)
            .FirstOrDefault(e => e is not null);

    /// <summary>Drops nulls and turns quantities written as numbers into text, in place.</summary>
    public static void Normalize(JsonNode? node, StructuralSchema schema)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var (name, value) in obj.ToList())
                {
                    if (value is null)
                        obj.Remove(name);
                    else if (schema.Child(name) is not { PreserveUnknownFields: false } child)
                        continue;
                    else if (child.Format == "quantity" && value.GetValueKind() == JsonValueKind.Number)
                        obj[name] = value.ToJsonString();
                    else
                        Normalize(value, child);
                }

                break;
            case JsonArray array when schema.Items is { } items:
                foreach (var item in array)
                    Normalize(item, items);
                break;
        }
    }

    private static bool HasType(JsonNode node, StructuralSchema schema) =>
        schema.IntOrString ? node.GetValueKind() == JsonValueKind.String || Json.AsInteger(node) is not null : HasPlainType(node, schema);

    private static bool HasPlainType(JsonNode node, StructuralSchema schema) => schema.Type switch
    {
        SchemaType.Any => true,
        SchemaType.String => node.GetValueKind() == JsonValueKind.String || (schema.Format == "quantity" && node.GetValueKind() == JsonValueKind.Number),
        SchemaType.Integer => Json.AsInteger(node) is { } number && (schema.Format != "int32" || number is >= int.MinValue and <= int.MaxValue),
        SchemaType.Number => node.GetValueKind() == JsonValueKind.Number,
        SchemaType.Boolean => node.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        SchemaType.Object or SchemaType.Array => false,
    };

    private static string Found(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };

    private static string Wanted(StructuralSchema schema) => schema.IntOrString ? "intstr.IntOrString" : schema.Type switch
    {
        SchemaType.String => "string",
        SchemaType.Integer => schema.Format ?? "int64",
        SchemaType.Number => "float64",
        SchemaType.Boolean => "bool",
        SchemaType.Array => "[]" + (schema.Items is { } items ? Wanted(items) : "any"),
        SchemaType.Object => schema switch
        {
            { AdditionalProperties: { } values } => "map[string]" + Wanted(values),
            { DefinitionName: { } name } => string.Join('.', name.Split('.')[^2..]),
            _ => "struct",
        },
        SchemaType.Any => "any",
    };
}
