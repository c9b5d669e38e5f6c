using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema;

/// <summary>Drops the fields that a schema does not know.</summary>
internal static class SchemaPruner
{
    /// <summary>Removes unknown fields from the object in place.</summary>
    /// <returns>The paths of what was dropped, such as <c>spec.template.foo</c>, for strict field validation and warnings.</returns>
    public static ImmutableArray<string> Prune(JsonObject obj, StructuralSchema schema)
    {
        var dropped = ImmutableArray.CreateBuilder<string>();
        PruneObject(obj, schema, "", dropped, isRoot: true);
        return dropped.ToImmutable();
    }

    private static void PruneNode(JsonNode? node, StructuralSchema schema, string path, ImmutableArray<string>.Builder dropped)
    {
        switch (node)
        {
            case JsonObject obj:
                PruneObject(obj, schema, path, dropped, schema.EmbeddedResource);
                break;
            case JsonArray array when schema.Items is { } items:
                for (var i = 0; i < array.Count; i++)
                    PruneNode(array[i], items, $"{path}[{i}]", dropped);
                break;
        }
    }

    private static void PruneObject(JsonObject obj, StructuralSchema schema, string path, ImmutableArray<string>.Builder dropped, bool isRoot)
    {
        List<string>? unknown = null;
        foreach (var (name, value) in obj)
        {
            if (schema.Child(name) is { } child)
                PruneNode(value, child, FieldPath.Join(path, name), dropped);
            else if (isRoot && name is "apiVersion" or "kind" or "metadata")
                continue;
            else if (!schema.PreserveUnknownFields && (schema.Type != SchemaType.Any || schema.Properties.Count > 0))
                (unknown ??= []).Add(name);
        }

        foreach (var name in unknown ?? [])
        {
            obj.Remove(name);
            dropped.Add(FieldPath.Join(path, name));
        }
    }
}
