using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Bascule.Metrics.Web;

/// <summary>One step of a path, from the values reached so far to those behind them. A closed family.</summary>
internal abstract record JsonPathStep
{
    private protected JsonPathStep()
    {
    }

    /// <summary>Takes the step.</summary>
    /// <exception cref="JsonPathException">It leads nowhere.</exception>
    public abstract IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values);

    /// <summary>Takes steps one after the other.</summary>
    public static IReadOnlyList<JsonElement> Follow(ImmutableArray<JsonPathStep> steps, JsonElement from)
    {
        IReadOnlyList<JsonElement> values = [from];
        foreach (var step in steps)
            values = [.. step.From(values)];
        return values;
    }
}

/// <summary><c>.name</c>, <c>['name']</c>.</summary>
internal sealed record FieldStep(string Name) : JsonPathStep
{
    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values)
    {
        var found = new List<JsonElement>();
        foreach (var value in values)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Name, out var member))
                found.Add(member);
        }

        return found.Count > 0 ? found : throw new JsonPathException($"{Name} is not found");
    }
}

/// <summary><c>[*]</c>, <c>.*</c>.</summary>
internal sealed record WildcardStep : JsonPathStep
{
    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values) => values.SelectMany(Children);

    public static IEnumerable<JsonElement> Children(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray(),
        // Go walks maps in the order of their keys where order shows.
        JsonValueKind.Object => value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Value),
        _ => [],
    };
}

/// <summary><c>..</c>: the value and everything below it.</summary>
internal sealed record RecursiveStep : JsonPathStep
{
    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values) => values.SelectMany(Below);

    private static IEnumerable<JsonElement> Below(JsonElement value) => WildcardStep.Children(value).SelectMany(Below).Prepend(value);
}

/// <summary><c>[2]</c>, <c>[-1]</c>, <c>[1:3]</c>, <c>[::2]</c>.</summary>
/// <param name="Start">The first item; null for the first there is.</param>
/// <param name="End">The item behind the last one; null for all.</param>
/// <param name="Step">How far from one item to the next.</param>
internal sealed record SliceStep(int? Start, int? End, int Step) : JsonPathStep
{
    /// <summary>The step to one item.</summary>
    public static SliceStep Index(int index) => new(index, index == -1 ? null : index + 1, 1);

    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values) => values.Where(v => v.ValueKind != JsonValueKind.Null).SelectMany(Items);

    private List<JsonElement> Items(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw new JsonPathException($"found {list.ValueKind}, expected a list for {this}");
        var length = list.GetArrayLength();
        var start = Start is { } s ? s < 0 ? s + length : s : 0;
        var end = End is { } e ? e < 0 ? e + length : e : length;
        if (start == end)
            return [];
        if (start < 0 || start >= length)
            throw OutOfBounds(start, length);
        if (end < 0 || end > length)
            throw OutOfBounds(end - 1, length);
        var items = new List<JsonElement>();
        for (var i = start; i < end; i += Step)
            items.Add(list[i]);
        return items;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Start}:{End}]");

    private static JsonPathException OutOfBounds(int index, int length) =>
        new(string.Create(CultureInfo.InvariantCulture, $"array index out of bounds: index {index}, length {length}"));
}

/// <summary><c>[0,2]</c>, <c>['a','b']</c>.</summary>
internal sealed record UnionStep(ImmutableArray<JsonPathStep> Members) : JsonPathStep
{
    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values) => values.SelectMany(v => Members.SelectMany(m => m.From([v])));
}

/// <summary><c>[?(@.a &gt; 1)]</c>: the items of a list for which something holds.</summary>
/// <param name="Left">What is looked at.</param>
/// <param name="Operator">How it is compared; empty when it only has to be there.</param>
/// <param name="Right">What it is compared with; null when it only has to be there.</param>
internal sealed record FilterStep(JsonPathOperand Left, string Operator, JsonPathOperand? Right) : JsonPathStep
{
    public override IEnumerable<JsonElement> From(IReadOnlyList<JsonElement> values) => values.SelectMany(Items);

    private IEnumerable<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().Where(Holds)
        : throw new JsonPathException($"found {list.ValueKind}, expected a list to filter");

    private bool Holds(JsonElement item)
    {
        if (Left.In(item) is not { } left)
            return false;
        if (Right is null)
            return true;
        if (Right.In(item) is not { } right)
            return false;
        var order = Compare(left, right);
        return Operator switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            _ => throw new JsonPathException($"unrecognized filter operator {Operator}"),
        };
    }

    private int Compare(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => left.GetDouble().CompareTo(right.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) when Operator is "==" or "!=" => left.GetBoolean().CompareTo(right.GetBoolean()),
        _ => throw new JsonPathException($"incompatible types for comparison: {left.ValueKind} {Operator} {right.ValueKind}"),
    };
}

/// <summary>A side of a comparison: a constant, or a path from the item.</summary>
/// <param name="Constant">The constant; undefined for a path.</param>
/// <param name="Path">The path.</param>
internal sealed record JsonPathOperand(JsonElement Constant, ImmutableArray<JsonPathStep> Path)
{
    /// <summary>The value in an item; null when the path leads nowhere.</summary>
    public JsonElement? In(JsonElement item)
    {
        if (Constant.ValueKind != JsonValueKind.Undefined)
            return Constant;
        try
        {
            return JsonPathStep.Follow(Path, item) is [var first, ..] ? first : null;
        }
        catch (JsonPathException)
        {
            return null;
        }
    }
}
