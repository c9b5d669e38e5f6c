using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Fills in the values that a schema gives to absent fields.</summary>
internal static class SchemaDefaulter
{
    /// <summary>Adds defaults to the object in place; defaults of objects that are absent themselves are not invented.</summary>
    public static void Default(JsonNode? node, StructuralSchema schema)
    {
        switch (node)
        {
            case JsonObject obj:
                DefaultObject(obj, schema);
                break;
            case JsonArray array when schema.Items is { } items:
                foreach (var item in array)
                    Default(item, items);
                break;
        }
    }

    private static void DefaultObject(JsonObject obj, StructuralSchema schema)
    {
        foreach (var (name, child) in schema.Properties)
        {
            // A null where null is not a value counts as absent, as it does in Kubernetes.
            if (child.Default is { } value && (!obj.TryGetPropertyValue(name, out var present) || (present is null && !child.Nullable)))
                obj[name] = Json.ToNode(value);
            if (obj.TryGetPropertyValue(name, out var node) && node is not null)
                Default(node, child);
        }

        if (schema.AdditionalProperties is not { } free)
            return;
        foreach (var (name, value) in obj)
        {
            if (!schema.Properties.ContainsKey(name))
                Default(value, free);
        }
    }
}
