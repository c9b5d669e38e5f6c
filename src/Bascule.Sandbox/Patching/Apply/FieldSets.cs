using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>The paths of values, and of the differences between values. Pure.</summary>
internal static class FieldSets
{
    /// <summary>What a manager that applies this object owns.</summary>
    public static FieldSet Of(JsonObject obj, StructuralSchema schema)
    {
        var set = new FieldSet();
        Collect(obj, schema, set);
        return set.Trim();
    }

    /// <summary>Which paths differ from one object to the next.</summary>
    public static FieldChanges Compare(JsonObject old, JsonObject next, StructuralSchema schema)
    {
        var changes = new FieldChanges(new(), new(), new());
        Compare(old, next, schema, changes);
        return new(changes.Added.Trim(), changes.Modified.Trim(), changes.Removed.Trim());
    }

    private static void Collect(JsonNode? value, StructuralSchema? schema, FieldSet set)
    {
        if (!FieldSteps.IsGranular(value, schema))
        {
            set.IsMember = true;
            return;
        }

        if (value is JsonArray list)
        {
            foreach (var (step, item) in FieldSteps.Items(list, schema!))
            {
                var below = set.Enter(step);
                Collect(item, schema!.Items, below);
                below.IsMember = true;
            }

            return;
        }

        foreach (var (name, field) in (JsonObject)value!)
        {
            var below = set.Enter(FieldSteps.Field(name));
            Collect(field, schema?.Child(name), below);
            below.IsMember |= field is null or JsonObject { Count: 0 } || schema is null || !schema.Properties.ContainsKey(name);
        }
    }

    private static void Compare(JsonNode? old, JsonNode? next, StructuralSchema? schema, FieldChanges changes)
    {
        var either = next ?? old;
        var sameShape = old is null || next is null || old.GetType() == next.GetType();
        if (!FieldSteps.IsGranular(either, schema) || !sameShape || (Count(old) == 0 && Count(next) == 0))
        {
            Leaf(old, next, changes);
            return;
        }

        var before = Steps(old, schema);
        var after = Steps(next, schema);
        foreach (var (step, value) in after)
            CompareBelow(step, before.TryGetValue(step, out var was) ? was : null, before.ContainsKey(step), value, true, schema, changes);
        foreach (var (step, value) in before)
        {
            if (!after.ContainsKey(step))
                CompareBelow(step, value, true, null, false, schema, changes);
        }

        if (old is null)
            changes.Added.IsMember = true;
        else if (next is null)
            changes.Removed.IsMember = true;
    }

    private static void CompareBelow(string step, JsonNode? old, bool was, JsonNode? next, bool isNow, StructuralSchema? schema, FieldChanges changes)
    {
        if (was && isNow && (ReferenceEquals(old, next) || JsonNode.DeepEquals(old, next)))
            return;
        var below = new FieldChanges(changes.Added.Enter(step), changes.Modified.Enter(step), changes.Removed.Enter(step));
        if (was && isNow && (old is null || next is null))
            below.Modified.IsMember = true;
        else
            Compare(old, next, FieldSteps.Below(schema, step), below);
        if (old is null && next is null)
            (isNow ? below.Added : below.Removed).IsMember = true;
    }

    private static void Leaf(JsonNode? old, JsonNode? next, FieldChanges changes)
    {
        if (old is null)
            changes.Added.IsMember = true;
        else if (next is null)
            changes.Removed.IsMember = true;
        else if (!JsonNode.DeepEquals(old, next))
            changes.Modified.IsMember = true;
    }

    private static int Count(JsonNode? value) => value switch
    {
        JsonObject fields => fields.Count,
        JsonArray items => items.Count,
        _ => 0,
    };

    private static Dictionary<string, JsonNode?> Steps(JsonNode? value, StructuralSchema? schema) => value switch
    {
        JsonObject fields => fields.ToDictionary(f => FieldSteps.Field(f.Key), f => f.Value),
        JsonArray items => FieldSteps.Items(items, schema!).ToDictionary(),
        _ => [],
    };
}

/// <summary>The paths that differ between two objects.</summary>
/// <param name="Added">In the new one only.</param>
/// <param name="Modified">In both with different values.</param>
/// <param name="Removed">In the old one only.</param>
internal sealed record FieldChanges(FieldSet Added, FieldSet Modified, FieldSet Removed)
{
    public bool IsEmpty => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;
}
