using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Schema.Cel;

/// <summary>Values are JSON nodes of the object, or bool, long, double, string, a list, a TimeSpan or null made on the way.</summary>
internal static class CelValues
{
    /// <summary>A plain value for a JSON scalar; objects and lists stay as they are.</summary>
    public static object? Plain(object? value) => value is not JsonValue scalar ? value : scalar.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => scalar.GetValue<string>(),
        JsonValueKind.Number => Json.AsInteger(scalar) is { } whole ? (object)whole : Json.AsDouble(scalar),
        _ => null,
    };

    /// <summary>The truth of a condition.</summary>
    public static bool Truth(object? value) => Plain(value) is bool truth ? truth : throw new CelException("no such overload");

    /// <summary>The field of an object.</summary>
    public static object? Field(object? parent, string name) =>
        parent is JsonObject obj && obj.TryGetPropertyValue(name, out var value) ? Plain(value) : throw new CelException($"no such key: {name}");

    /// <summary>True when an object has the field.</summary>
    public static bool Has(object? parent, string name) => parent is JsonObject obj ? obj.ContainsKey(name) : throw new CelException($"no such key: {name}");

    /// <summary>An item by number or key.</summary>
    public static object? Index(object? parent, object? index) => (parent, Plain(index)) switch
    {
        (JsonObject obj, string key) => Field(obj, key),
        (JsonArray list, long at) when at >= 0 && at < list.Count => Plain(list[(int)at]),
        (List<object?> list, long at) when at >= 0 && at < list.Count => list[(int)at],
        _ => throw new CelException($"index out of bounds: {index}"),
    };

    /// <summary>What a macro goes over: the items of a list, the keys of a map.</summary>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        JsonArray list => list.Select(i => Plain(i)),
        JsonObject map => map.Select(p => (object?)p.Key),
        List<object?> list => list,
        _ => throw new CelException("no such overload"),
    };

    /// <summary>How many characters, items or keys.</summary>
    public static long Size(object? value) => Plain(value) is string text ? text.EnumerateRunes().Count() : Items(value).Count();

    /// <summary>True when a list has the item or a map the key.</summary>
    public static bool Contains(object? container, object? item) => Items(container).Any(i => AreEqual(i, item));

    /// <summary>Equality by value.</summary>
    public static bool AreEqual(object? a, object? b) => (Plain(a), Plain(b)) switch
    {
        (null, null) => true,
        (JsonNode x, JsonNode y) when x is JsonObject && y is JsonObject => JsonNode.DeepEquals(x, y),
        (long x, double y) => x == y,
        (double x, long y) => x == y,
        (JsonArray or List<object?>, JsonArray or List<object?>) => Items(a).Count() == Items(b).Count() && Items(a).Zip(Items(b)).All(p => AreEqual(p.First, p.Second)),
        var (x, y) => Equals(x, y),
    };

    /// <summary>The order of two values of a type.</summary>
    public static int Compare(object? a, object? b) => (Plain(a), Plain(b)) switch
    {
        (long x, long y) => x.CompareTo(y),
        (long x, double y) => ((double)x).CompareTo(y),
        (double x, long y) => x.CompareTo((double)y),
        (double x, double y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (TimeSpan x, TimeSpan y) => x.CompareTo(y),
        _ => throw new CelException("no such overload"),
    };

    /// <summary>Arithmetic, and joining of texts and lists.</summary>
    public static object Calculate(char sign, object? a, object? b) => (sign, Plain(a), Plain(b)) switch
    {
        ('+', string x, string y) => x + y,
        ('+', JsonArray or List<object?>, JsonArray or List<object?>) => Items(a).Concat(Items(b)).ToList(),
        ('/' or '%', _, 0L) => throw new CelException("division by zero"),
        (_, long x, long y) => sign switch { '+' => x + y, '-' => x - y, '*' => x * y, '/' => x / y, _ => x % y },
        (_, long or double, long or double) => Calculate(sign, Convert.ToDouble(Plain(a), CultureInfo.InvariantCulture), Convert.ToDouble(Plain(b), CultureInfo.InvariantCulture)),
        _ => throw new CelException("no such overload"),
    };

    private static double Calculate(char sign, double x, double y) => sign switch
    {
        '+' => x + y,
        '-' => x - y,
        '*' => x * y,
        '/' => x / y,
        _ => throw new CelException("no such overload"),
    };
}
