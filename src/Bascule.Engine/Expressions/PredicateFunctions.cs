using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Bascule.Engine.Expressions;

/// <summary>The functions that evaluate an expression for each element of a list (EXPR-11).</summary>
internal static class PredicateFunctions
{
    private static readonly FrozenDictionary<string, Shape> Shapes = new Dictionary<string, Shape>
    {
        ["all"] = new(Kinds.Boolean, new(Kinds.Boolean)),
        ["none"] = new(Kinds.Boolean, new(Kinds.Boolean)),
        ["any"] = new(Kinds.Boolean, new(Kinds.Boolean)),
        ["one"] = new(Kinds.Boolean, new(Kinds.Boolean)),
        ["filter"] = new(Kinds.Boolean, new(Kinds.List)),
        ["find"] = new(Kinds.Boolean, StaticType.Unknown),
        ["findLast"] = new(Kinds.Boolean, StaticType.Unknown),
        ["findIndex"] = new(Kinds.Boolean, new(Kinds.Integer)),
        ["findLastIndex"] = new(Kinds.Boolean, new(Kinds.Integer)),
        ["count"] = new(Kinds.Boolean, new(Kinds.Integer)) { PredicateOptional = true },
        ["map"] = new(Kinds.Any, new(Kinds.List)),
        ["sum"] = new(Kinds.Number, StaticType.Unknown) { PredicateOptional = true },
        ["groupBy"] = new(Kinds.Any, new(Kinds.Map)),
        ["sortBy"] = new(Kinds.Any, new(Kinds.List)) { Extra = Kinds.Text },
        ["reduce"] = new(Kinds.Any, StaticType.Unknown) { Extra = Kinds.Any },
    }.ToFrozenDictionary();

    /// <summary>Which argument of the function is a predicate; -1 for an ordinary function.</summary>
    public static int PredicateArgument(string function) => Shapes.ContainsKey(function) ? 1 : -1;

    /// <summary>The shape of a function's arguments; null for an ordinary function.</summary>
    public static Shape? Find(string function) => Shapes.GetValueOrDefault(function);

    /// <summary>Evaluates a call; <paramref name="apply"/> evaluates the predicate for element, index and accumulator.</summary>
    /// <param name="name">The function.</param>
    /// <param name="evaluation">What is in sight.</param>
    /// <param name="items">The list.</param>
    /// <param name="apply">The predicate; null when the call has none.</param>
    /// <param name="extra">The value after the predicate; null when the call has none.</param>
    public static Value Invoke(string name, Evaluation evaluation, ImmutableArray<Value> items, Func<Value, int, Value?, Value>? apply, Value? extra)
    {
        bool Holds(int i) => apply is null ? Truth(name, items[i]) : Truth(name, apply(items[i], i, null));
        var indexes = Enumerable.Range(0, items.Length);
        return name switch
        {
            "all" => new Value.Boolean(indexes.All(Holds)),
            "none" => new Value.Boolean(!indexes.Any(Holds)),
            "any" => new Value.Boolean(indexes.Any(Holds)),
            "one" => new Value.Boolean(indexes.Where(Holds).Take(2).Count() == 1),
            "count" => new Value.Integer(indexes.Count(Holds)),
            "filter" => new Value.List([.. indexes.Where(Holds).Select(i => items[i])]),
            "find" => indexes.Where(Holds).Select(i => items[i]).FirstOrDefault(Value.Absent),
            "findLast" => indexes.Reverse().Where(Holds).Select(i => items[i]).FirstOrDefault(Value.Absent),
            "findIndex" => new Value.Integer(indexes.Where(Holds).FirstOrDefault(-1)),
            "findLastIndex" => new Value.Integer(indexes.Reverse().Where(Holds).FirstOrDefault(-1)),
            "map" => new Value.List(Applied(items, apply!)),
            "sum" => Sum(apply is null ? items : Applied(items, apply)),
            "groupBy" => Group(evaluation, items, Applied(items, apply!)),
            "sortBy" => new Value.List(Sorting.By(evaluation, items, Applied(items, apply!), extra is not null && Sorting.IsDescending([extra]))),
            "reduce" => Reduce(items, apply!, extra),
            _ => throw new InvalidOperationException(name),
        };
    }

    private static bool Truth(string name, Value value) => value is Value.Boolean boolean
        ? boolean.IsTrue
        : throw new ExpressionException($"the predicate of {name} must be bool, but got {value.TypeName}", -1);

    private static ImmutableArray<Value> Applied(ImmutableArray<Value> items, Func<Value, int, Value?, Value> apply) => [.. items.Select((item, i) => apply(item, i, null))];

    private static Value Sum(ImmutableArray<Value> numbers)
    {
        Value sum = new Value.Integer(0);
        foreach (var number in numbers)
            sum = Arithmetic.Compute("+", sum, number);
        return sum;
    }

    private static Value.Map Group(Evaluation evaluation, ImmutableArray<Value> items, ImmutableArray<Value> keys) => new(items
        .Select((item, i) => (Item: item, Key: ValueText.Format(keys[i], evaluation.Budget)))
        .GroupBy(p => p.Key, p => p.Item, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(g => g.Key, g => (Value)new Value.List([.. g]), StringComparer.Ordinal));

    private static Value Reduce(ImmutableArray<Value> items, Func<Value, int, Value?, Value> apply, Value? start)
    {
        if (start is null && items.Length == 0)
            throw new ExpressionException("reduce of empty array with no initial value", -1);
        var accumulator = start ?? items[0];
        for (var i = start is null ? 1 : 0; i < items.Length; i++)
            accumulator = apply(items[i], i, accumulator);
        return accumulator;
    }

    /// <summary>The arguments of such a function: a list, the predicate, and sometimes one value more.</summary>
    /// <param name="Predicate">What the predicate may yield.</param>
    /// <param name="Returns">What the function returns.</param>
    internal sealed record Shape(Kinds Predicate, StaticType Returns)
    {
        /// <summary>The list may stand alone.</summary>
        public bool PredicateOptional { get; init; }

        /// <summary>The kinds of the optional last argument; none when there is no such argument.</summary>
        public Kinds Extra { get; init; }

        public void CheckCount(string name, int count, int position)
        {
            var (least, most) = (PredicateOptional ? 1 : 2, Extra == Kinds.None ? 2 : 3);
            if (count < least || count > most)
                throw new ExpressionException(string.Create(CultureInfo.InvariantCulture, $"invalid number of arguments for {name} (expected {(least == most ? $"{least}" : $"{least} to {most}")}, got {count})"), position);
        }
    }
}
