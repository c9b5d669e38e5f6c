using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Patching;

/// <summary>
/// Kubernetes' strategic merge patches: merge patches that know from the schema which lists are merged item by item, and
/// directives (<c>$patch</c>, <c>$retainKeys</c>, <c>$setElementOrder/x</c>, <c>$deleteFromPrimitiveList/x</c>) for what a
/// merge alone cannot say.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string ElementOrder = "$setElementOrder/";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <summary>Applies a patch in place.</summary>
    /// <param name="target">The object to change.</param>
    /// <param name="patch">The patch; it is not changed.</param>
    /// <param name="schema">Says how lists merge.</param>
    /// <exception cref="PatchFormatException">The patch makes no sense for this schema; the target may be half changed.</exception>
    public static void Apply(JsonObject target, JsonObject patch, StructuralSchema schema)
    {
        switch (DirectiveOf(patch))
        {
            case "replace":
                target.Clear();
                foreach (var (name, value) in WithoutDirectives(patch))
                    target[name] = value?.DeepClone();
                return;
            case "delete":
                target.Clear();
                return;
        }

        Retain(target, patch);
        DeletePrimitives(target, patch);
        foreach (var (name, change) in patch)
        {
            if (name.StartsWith('$'))
                continue;
            var child = schema.Child(name);
            if (change is null)
                target.Remove(name);
            else if (change is JsonObject fields)
                ApplyObject(target, name, fields, child);
            else if (change is JsonArray items && Merges(child))
                target[name] = Ordered(MergedList(target[name] as JsonArray ?? [], items, child!, name), target[name] as JsonArray ?? [], patch, name, child!);
            else
                target[name] = change.DeepClone();
        }

        OrderUntouchedLists(target, patch, schema);
    }

    private static void ApplyObject(JsonObject target, string name, JsonObject fields, StructuralSchema? schema)
    {
        if (DirectiveOf(fields) == "delete")
        {
            target.Remove(name);
            return;
        }

        if (target[name] is not JsonObject inside || schema?.PatchStrategies.Contains("replace") == true)
            target[name] = inside = [];
        Apply(inside, fields, schema ?? StructuralSchema.Anything);
    }

    private static string? DirectiveOf(JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(Directive, out var value))
            return null;
        return value?.ToString() switch
        {
            "replace" => "replace",
            "delete" => "delete",
            "merge" => "merge",
            var other => throw new PatchFormatException($"unknown patch type: {other}, expected replace, delete or merge in {Directive}"),
        };
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> WithoutDirectives(JsonObject patch) => patch.Where(p => !p.Key.StartsWith('$') && p.Value is not null);

    private static void Retain(JsonObject target, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var value))
            return;
        var keys = (value as JsonArray ?? throw new PatchFormatException($"{RetainKeys}: found no list, expected a list of field names"))
            .Select(k => k?.ToString()).ToHashSet();
        var foreign = patch.Where(p => !p.Key.StartsWith('$') && p.Value is not null && !keys.Contains(p.Key)).Select(p => p.Key).FirstOrDefault();
        if (foreign is not null)
            throw new PatchFormatException($"{RetainKeys} does not name {foreign}, which the patch sets");
        foreach (var name in target.Select(t => t.Key).Where(k => !keys.Contains(k)).ToList())
            target.Remove(name);
    }

    private static void DeletePrimitives(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            if (!key.StartsWith(DeleteFromList, StringComparison.Ordinal) || target[key[DeleteFromList.Length..]] is not JsonArray list)
                continue;
            var gone = value as JsonArray ?? throw new PatchFormatException($"{key}: found no list, expected the values to remove");
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (gone.Any(g => JsonNode.DeepEquals(g, list[i])))
                    list.RemoveAt(i);
            }
        }
    }

    private static bool Merges(StructuralSchema? schema) => schema is not null && schema.PatchStrategies.Contains("merge");

    private static JsonArray MergedList(JsonArray before, JsonArray patch, StructuralSchema schema, string name)
    {
        if (schema.PatchMergeKey is not { } key)
            return Union(before, patch);
        var replacesAll = patch.OfType<JsonObject>().Any(p => DirectiveOf(p) == "replace" && !p.ContainsKey(key));
        var merged = replacesAll ? [] : (JsonArray)before.DeepClone();
        foreach (var item in patch)
        {
            var fields = item as JsonObject ?? throw new PatchFormatException($"{name}: found {item?.ToJsonString() ?? "null"}, expected an object");
            var directive = DirectiveOf(fields);
            if (directive == "replace" && !fields.ContainsKey(key))
                continue;
            var id = fields[key] ?? throw new PatchFormatException($"map: {fields.ToJsonString()} does not contain declared merge key: {key}");
            var there = IndexOf(merged, key, id);
            if (directive == "delete")
            {
                for (; there >= 0; there = IndexOf(merged, key, id))
                    merged.RemoveAt(there);
                continue;
            }

            if (there < 0)
            {
                merged.Add((JsonNode)new JsonObject());
                there = merged.Count - 1;
            }

            Apply((JsonObject)merged[there]!, fields, schema.Items ?? StructuralSchema.Anything);
        }

        return merged;
    }

    private static JsonArray Union(JsonArray before, JsonArray patch)
    {
        var merged = (JsonArray)before.DeepClone();
        foreach (var value in patch)
        {
            if (!merged.Any(m => JsonNode.DeepEquals(m, value)))
                merged.Add(value?.DeepClone());
        }

        return merged;
    }

    private static int IndexOf(JsonArray list, string key, JsonNode id)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item && JsonNode.DeepEquals(item[key], id))
                return i;
        }

        return -1;
    }

    /// <summary>A patch may order a list without changing any of its items.</summary>
    private static void OrderUntouchedLists(JsonObject target, JsonObject patch, StructuralSchema schema)
    {
        foreach (var (key, _) in patch)
        {
            if (!key.StartsWith(ElementOrder, StringComparison.Ordinal))
                continue;
            var name = key[ElementOrder.Length..];
            if (!patch.ContainsKey(name) && target[name] is JsonArray list && schema.Child(name) is { } child && Merges(child))
                target[name] = Ordered((JsonArray)list.DeepClone(), list, patch, name, child);
        }
    }

    /// <summary>
    /// Brings the items that the patch orders into that order, and weaves the others in where the server had them.
    /// </summary>
    private static JsonArray Ordered(JsonArray merged, JsonArray before, JsonObject patch, string name, StructuralSchema schema)
    {
        if (patch[ElementOrder + name] is not JsonArray order)
            return merged;
        JsonNode? Id(JsonNode? item) => schema.PatchMergeKey is { } key ? (item as JsonObject)?[key] : item;
        int Place(IEnumerable<JsonNode?> items, JsonNode? item) => items.Select((candidate, i) => (candidate, i)).Where(x => JsonNode.DeepEquals(Id(x.candidate), Id(item))).Select(x => x.i).DefaultIfEmpty(-1).First();

        var ordered = merged.Where(m => Place(order, m) >= 0).OrderBy(m => Place(order, m)).ToList();
        var others = merged.Where(m => Place(order, m) < 0).ToList();
        var result = new JsonArray();
        int left = 0, right = 0;
        while (left < others.Count || right < ordered.Count)
        {
            var takeOther = right >= ordered.Count
                || (left < others.Count && Place(before, others[left]) is >= 0 and var l && Place(before, ordered[right]) is >= 0 and var r && l < r);
            result.Add((takeOther ? others[left++] : ordered[right++])?.DeepClone());
        }

        return result;
    }
}
