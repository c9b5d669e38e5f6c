using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>Changes objects as server-side apply does: lay a configuration over them, take abandoned fields out. Pure.</summary>
internal static class ApplyMerge
{
    /// <summary>Lays a configuration over an object, in place. Nulls in it say nothing.</summary>
    public static void Lay(JsonObject target, JsonObject config, StructuralSchema? schema)
    {
        foreach (var (name, value) in config)
        {
            var below = schema?.Child(name);
            if (value is null)
                continue;
            if (target[name] is JsonObject fields && value is JsonObject wanted && FieldSteps.IsGranular(value, below))
                Lay(fields, wanted, below);
            else if (target[name] is JsonArray items && value is JsonArray list && FieldSteps.IsGranular(value, below))
                Lay(items, list, below!);
            else
                target[name] = value.DeepClone();
        }
    }

    /// <summary>Takes out the fields of a set, in place; what is emptied by that goes too.</summary>
    public static void Remove(JsonNode target, FieldSet gone, StructuralSchema? schema) => Remove(target, gone, schema, keys: []);

    // An item that stays keeps its keys, whoever named them: without them it could not be told from its neighbours.
    private static void Remove(JsonNode target, FieldSet gone, StructuralSchema? schema, ImmutableArray<string> keys)
    {
        if (target is JsonObject fields)
        {
            foreach (var (step, below) in gone.Children)
            {
                if (FieldSteps.FieldName(step) is not { } name || !fields.ContainsKey(name) || keys.Contains(name))
                    continue;
                if (below.IsMember || IsEmptied(fields[name], below, schema?.Child(name)))
                    fields.Remove(name);
            }
        }
        else if (target is JsonArray items && FieldSteps.IsGranular(items, schema))
        {
            foreach (var (step, item) in FieldSteps.Items(items, schema!))
            {
                if (!gone.Children.TryGetValue(step, out var below))
                    continue;
                if (below.IsMember)
                    items.Remove(item);
                else if (item is not null)
                    Remove(item, below, schema!.Items, schema.ListMapKeys);
            }
        }
    }

    private static bool IsEmptied(JsonNode? value, FieldSet gone, StructuralSchema? schema)
    {
        if (value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            return false;
        Remove(value, gone, schema);
        return value is JsonObject { Count: 0 } or JsonArray { Count: 0 };
    }

    private static void Lay(JsonArray target, JsonArray config, StructuralSchema schema)
    {
        var present = FieldSteps.Items(target, schema).ToDictionary();
        foreach (var (step, wanted) in FieldSteps.Items(config, schema))
        {
            if (!present.TryGetValue(step, out var item))
                target.Add(wanted?.DeepClone());
            else if (item is JsonObject fields && wanted is JsonObject change)
                Lay(fields, change, schema.Items);
        }
    }
}
