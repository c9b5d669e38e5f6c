using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;

namespace Bascule.Engine.Rollouts.Status;

/// <summary>
/// Collects which fields of a JSON object must change. Values are compared as they were read, and only those that differ
/// become JSON: most fields never do, and most passes change none. What was read as equal but is written oddly is not
/// worth a write.
/// </summary>
/// <param name="seen">The object as it is; may be undefined.</param>
internal sealed class FieldChanges(JsonElement seen)
{
    /// <summary>The merge patch; null when nothing must change.</summary>
    public JsonObject? Patch { get; private set; }

    /// <summary>A field that must say what <paramref name="write"/> makes of a value; null for a field that must not be there.</summary>
    public void Add<T>(string name, T was, T now, Func<T, JsonNode?> write)
    {
        if (!EqualityComparer<T>.Default.Equals(was, now))
            Set(name, write(now));
    }

    /// <summary>A flag; clients write <c>false</c> to take back what they asked for, but where nothing is asked for there is no field.</summary>
    public void Add(string name, bool was, bool now)
    {
        if (was != now || (!now && seen.Raw(name) is not null))
            Set(name, StatusJson.Flag(now));
    }

    /// <summary>A list; an empty one is not there.</summary>
    public void Add<T>(string name, ImmutableArray<T> was, ImmutableArray<T> now, Func<T, JsonNode> write)
    {
        // A list that was carried over is the same array; only another one is looked into.
        if (was == now || was.SequenceEqual(now))
            return;
        if (now.IsEmpty)
            Set(name, null);
        else if (seen.Raw(name) is { ValueKind: JsonValueKind.Array } old && old.GetArrayLength() == was.Length)
            SetList(name, was, now, write, old);
        else
            Set(name, StatusJson.List(now, write));
    }

    /// <summary>A field of which nothing but its JSON is known.</summary>
    public void Add(string name, JsonElement? was, JsonElement? now)
    {
        if (was is { } before && now is { } after ? !JsonElement.DeepEquals(before, after) : was is not null || now is not null)
            Set(name, now is { } value ? Patches.Node(value) : null);
    }

    /// <summary>The changes of an inner object.</summary>
    public void Add(string name, FieldChanges inner)
    {
        if (inner.Patch is { } patch)
            (Patch ??= [])[name] = patch;
    }

    /// <summary>What was in the list before stays as it was written.</summary>
    private void SetList<T>(string name, ImmutableArray<T> was, ImmutableArray<T> now, Func<T, JsonNode> write, JsonElement old)
    {
        var items = new JsonNode?[now.Length];
        var same = now.Length == was.Length;
        for (var i = 0; i < items.Length; i++)
        {
            var before = was.IndexOf(now[i]);
            items[i] = before >= 0 ? Patches.Node(old[before]) : write(now[i]);
            same = same && (before >= 0 ? before == i : IsSame(old[i], items[i]));
        }

        if (!same)
            (Patch ??= [])[name] = new JsonArray(items);
    }

    private void Set(string name, JsonNode? value)
    {
        var old = seen.Raw(name) ?? default;
        if (IsSame(old, value))
            return;
        if (old.ValueKind == JsonValueKind.Object && value is JsonObject to)
            Replace(JsonObject.Create(old)!, to);
        (Patch ??= [])[name] = value;
    }

    /// <summary>Compares without making nodes of what is there.</summary>
    private static bool IsSame(JsonElement old, JsonNode? value) => value switch
    {
        null => old.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null,
        JsonArray list => old.ValueKind == JsonValueKind.Array && old.GetArrayLength() == list.Count && list.Index().All(i => IsSame(old[i.Index], i.Item)),
        JsonObject fields => old.ValueKind == JsonValueKind.Object && old.GetPropertyCount() == fields.Count
            && fields.All(f => old.TryGetProperty(f.Key, out var before) && IsSame(before, f.Value)),
        _ when value.GetValueKind() == JsonValueKind.String => old.ValueKind == JsonValueKind.String && old.ValueEquals(value.GetValue<string>()),
        _ => JsonNode.DeepEquals(Patches.Node(old), value),
    };

    /// <summary>A merge patch merges objects: what the new one lacks must be cleared by name, in depth.</summary>
    private static void Replace(JsonObject from, JsonObject to)
    {
        foreach (var (name, old) in from)
        {
            if (!to.TryGetPropertyValue(name, out var value))
                to[name] = null;
            else if (old is JsonObject inner && value is JsonObject wanted)
                Replace(inner, wanted);
        }
    }
}
