using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>Orders lists of values that compare: numbers, strings, instants or spans.</summary>
internal static class Sorting
{
    /// <summary>The items in the order of their keys; equal keys keep their order.</summary>
    public static ImmutableArray<Value> By(Evaluation evaluation, ImmutableArray<Value> items, ImmutableArray<Value> keys, bool descending)
    {
        evaluation.Budget.Spend(items.Length * 16L);
        var order = Enumerable.Range(0, items.Length);
        var comparer = Comparer<Value>.Create(Compare);
        try
        {
            return [.. (descending ? order.OrderByDescending(i => keys[i], comparer) : order.OrderBy(i => keys[i], comparer)).Select(i => items[i])];
        }
        catch (InvalidOperationException e) when (e.InnerException is ExpressionException inner)
        {
            throw inner;
        }
    }

    /// <summary>Reads the optional last argument, <c>"asc"</c> or <c>"desc"</c>.</summary>
    public static bool IsDescending(ImmutableArray<Value> arguments) => (arguments[^1] as Value.Text)?.Characters switch
    {
        null or "asc" => false,
        "desc" => true,
        var other => throw new ExpressionException($"invalid order {other}, expected asc or desc", -1),
    };

    private static int Compare(Value? left, Value? right) => (left, right) switch
    {
        (Value.Integer a, Value.Integer b) => a.Number.CompareTo(b.Number),
        (Value.Integer or Value.Float, Value.Integer or Value.Float) => Numbers.AsDouble(left).CompareTo(Numbers.AsDouble(right)),
        (Value.Text a, Value.Text b) => string.CompareOrdinal(a.Characters, b.Characters),
        (Value.Instant a, Value.Instant b) => a.At.CompareTo(b.At),
        (Value.Span a, Value.Span b) => a.Length.CompareTo(b.Length),
        _ => throw new ExpressionException($"cannot sort {left?.TypeName} and {right?.TypeName} together", -1),
    };
}
