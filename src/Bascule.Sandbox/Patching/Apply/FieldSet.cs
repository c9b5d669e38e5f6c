using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Patching.Apply;

/// <summary>
/// A set of field paths as a tree, in the steps of <c>FieldsV1</c>: <c>f:name</c> for a field, <c>k:{…}</c> for a list
/// item by its keys, <c>v:…</c> for an item of a list of scalars.
/// </summary>
internal sealed class FieldSet
{
    private const string Itself = ".";

    private readonly Dictionary<string, FieldSet> _children = [];

    /// <summary>The path that ends here is in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && _children.Count == 0;

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    /// <summary>The node below a step, made when absent.</summary>
    public FieldSet Enter(string step)
    {
        if (!_children.TryGetValue(step, out var child))
            _children[step] = child = new();
        return child;
    }

    /// <summary>Forgets a step and everything below it.</summary>
    public void Remove(string step) => _children.Remove(step);

    /// <summary>Forgets nodes that lead to no member.</summary>
    public FieldSet Trim()
    {
        foreach (var (step, child) in _children)
        {
            if (child.Trim().IsEmpty)
                _children.Remove(step);
        }

        return this;
    }

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember || other.IsMember };
        foreach (var (step, child) in _children)
            result._children[step] = other._children.TryGetValue(step, out var same) ? child.Union(same) : child;
        foreach (var (step, child) in other._children)
            result._children.TryAdd(step, child);
        return result;
    }

    /// <summary>The members of this set that are not members of the other.</summary>
    public FieldSet Except(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && !other.IsMember };
        foreach (var (step, child) in _children)
        {
            var left = other._children.TryGetValue(step, out var same) ? child.Except(same) : child;
            if (!left.IsEmpty)
                result._children[step] = left;
        }

        return result;
    }

    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && other.IsMember };
        foreach (var (step, child) in _children)
        {
            if (other._children.TryGetValue(step, out var same) && child.Intersect(same) is { IsEmpty: false } both)
                result._children[step] = both;
        }

        return result;
    }

    /// <summary>The set with every path on the way to a member: who owns part of a thing wants the thing to be there.</summary>
    public FieldSet WithParents()
    {
        var result = new FieldSet { IsMember = true };
        foreach (var (step, child) in _children)
            result._children[step] = child.WithParents();
        return result;
    }

    public bool SetEquals(FieldSet other) =>
        IsMember == other.IsMember
        && _children.Count == other._children.Count
        && _children.All(c => other._children.TryGetValue(c.Key, out var same) && c.Value.SetEquals(same));

    /// <summary>The paths as messages name them, such as <c>.spec.template.spec.containers[name="web"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        foreach (var (step, child) in _children.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var path = prefix + Show(step);
            if (child.IsMember)
                yield return path;
            foreach (var below in child.Paths(path))
                yield return below;
        }
    }

    /// <summary>Reads <c>FieldsV1</c>.</summary>
    public static FieldSet Parse(JsonObject fields)
    {
        var set = new FieldSet();
        foreach (var (step, value) in fields)
        {
            if (step == Itself)
            {
                set.IsMember = true;
                continue;
            }

            var below = value as JsonObject ?? [];
            var child = Parse(below);
            child.IsMember |= below.Count == 0;
            set._children[step] = child;
        }

        return set;
    }

    /// <summary>Writes <c>FieldsV1</c>.</summary>
    public JsonObject ToJson()
    {
        var fields = new JsonObject();
        foreach (var (step, child) in _children.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var below = child.ToJson();
            if (child.IsMember && below.Count > 0)
                below.Insert(0, Itself, new JsonObject());
            fields[step] = below;
        }

        return fields;
    }

    private static string Show(string step) => step[..2] switch
    {
        "f:" => "." + step[2..],
        "k:" => $"[{string.Join(',', ((JsonObject)JsonNode.Parse(step.AsSpan(2).ToString())!).Select(k => $"{k.Key}={Literal(k.Value)}"))}]",
        "v:" => $"[={step[2..]}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"[{step[2..]}]"),
    };

    private static string Literal(JsonNode? value) => value is null ? "null" : value.GetValueKind() == JsonValueKind.String ? $"\"{value.GetValue<string>()}\"" : value.ToJsonString();
}
