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
        PruneObject(obj, schema, new FieldCursor(), dropped, isWholeObject: true);
        return dropped.ToImmutable();
    }

    private static void PruneNode(JsonNode? node, StructuralSchema schema, FieldCursor at, ImmutableArray<string>.Builder dropped)
    {
        switch (node)
        {
            case JsonObject obj:
                PruneObject(obj, schema, at, dropped, schema.EmbeddedResource);
                break;
            case JsonArray array when schema.Items is { } items:
                for (var i = 0; i < array.Count; i++)
                {
                    at.Enter(i);
                    PruneNode(array[i], items, at, dropped);
                    at.Leave();
                }

                break;
        }
    }

    private static void PruneObject(JsonObject obj, StructuralSchema schema, FieldCursor at, ImmutableArray<string>.Builder dropped, bool isWholeObject)
    {
        List<string>? unknown = null;
        foreach (var (name, value) in obj)
        {
            if (schema.Child(name) is { } child)
            {
                at.Enter(name);
                PruneNode(value, child, at, dropped);
                at.Leave();
            }
            else if (!schema.PreserveUnknownFields && !(isWholeObject && name is ("apiVersion" or "kind" or "metadata")))
            {
                (unknown ??= []).Add(name);
            }
        }

        foreach (var name in unknown ?? [])
        {
            obj.Remove(name);
            dropped.Add(at.Child(name));
        }
    }
}
