using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>Functions over lists and maps.</summary>
internal static class ListFunctions
{
    private static readonly StaticType List = new(Kinds.List);
    private static readonly StaticType Map = new(Kinds.Map);

    public static ImmutableArray<Function> All { get; } =
    [
        new("len", new(Kinds.Integer), (_, a) => new Value.Integer(Length(a[0])), Kinds.Text | Kinds.List | Kinds.Map),
        new("first", StaticType.Unknown, (_, a) => Items(a[0]).FirstOrDefault(Value.Absent), Kinds.List),
        new("last", StaticType.Unknown, (_, a) => Items(a[0]).LastOrDefault(Value.Absent), Kinds.List),
        new("get", StaticType.Unknown, (_, a) => Get(a[0], a[1]), Kinds.List | Kinds.Map | Kinds.Nil, Kinds.Any),
        new("take", List, (_, a) => new Value.List(Items(a[0])[..(int)Math.Clamp(((Value.Integer)a[1]).Number, 0, Items(a[0]).Length)]), Kinds.List, Kinds.Integer),
        new("keys", new(Kinds.List, Kinds.Text), (_, a) => new Value.List([.. Entries(a[0]).Keys.Select(k => new Value.Text(k))], Kinds.Text), Kinds.Map),
        new("values", List, (_, a) => new Value.List([.. Entries(a[0]).Values]), Kinds.Map),
        new("toPairs", List, (_, a) => new Value.List([.. Entries(a[0]).Select(p => new Value.List([new Value.Text(p.Key), p.Value]))]), Kinds.Map),
        new("fromPairs", Map, FromPairs, Kinds.List),
        new("reverse", List, (_, a) => new Value.List([.. Items(a[0]).Reverse()]), Kinds.List),
        new("concat", List, (e, a) => Concat(e, a), Kinds.List) { Allowed = int.MaxValue },
        new("flatten", List, (e, a) => Flatten(e, (Value.List)a[0]), Kinds.List),
        new("uniq", List, (e, a) => Distinct(e, Items(a[0])), Kinds.List),
        new("sort", List, (e, a) => new Value.List(Sorting.By(e, Items(a[0]), Items(a[0]), Sorting.IsDescending(a))), Kinds.List, Kinds.Text) { Required = 1 },
        new("join", new(Kinds.Text), Join, Kinds.List, Kinds.Text) { Required = 1 },
    ];

    private static ImmutableArray<Value> Items(Value value) => ((Value.List)value).Items;

    private static ImmutableSortedDictionary<string, Value> Entries(Value value) => ((Value.Map)value).Entries;

    private static int Length(Value value) => value switch
    {
        Value.Text text => text.Characters.EnumerateRunes().Count(),
        Value.List list => list.Items.Length,
        Value.Map map => map.Entries.Count,
        _ => throw new InvalidOperationException($"{value.TypeName} has no length"),
    };

    private static Value Get(Value container, Value key) => (container, key) switch
    {
        (Value.List list, Value.Integer index) => list.Items.ElementAtOrDefault((int)Math.Clamp(index.Number < 0 ? list.Items.Length + index.Number : index.Number, -1, int.MaxValue)) ?? Value.Absent,
        (Value.Map map, Value.Text name) => map.Entries.GetValueOrDefault(name.Characters, Value.Absent),
        _ => Value.Absent,
    };

    private static Value.Map FromPairs(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        foreach (var pair in Items(arguments[0]))
        {
            evaluation.Budget.Spend(1);
            if (pair is not Value.List { Items: [Value.Text key, var value] })
                throw new ExpressionException($"invalid pair (expected a list of a string and a value, got {pair.TypeName})", -1);
            entries[key.Characters] = value;
        }

        return new(entries.ToImmutable());
    }

    private static Value.List Concat(Evaluation evaluation, ImmutableArray<Value> lists)
    {
        evaluation.Budget.Spend(lists.Sum(l => (long)Items(l).Length));
        return new([.. lists.SelectMany(l => Items(l))]);
    }

    private static Value.List Flatten(Evaluation evaluation, Value.List list)
    {
        var flat = ImmutableArray.CreateBuilder<Value>();
        Collect(list);
        return new(flat.ToImmutable());

        void Collect(Value.List nested)
        {
            evaluation.Budget.Spend(nested.Items.Length);
            foreach (var item in nested.Items)
            {
                if (item is Value.List inner)
                    Collect(inner);
                else
                    flat.Add(item);
            }
        }
    }

    private static Value.List Distinct(Evaluation evaluation, ImmutableArray<Value> items)
    {
        var distinct = ImmutableArray.CreateBuilder<Value>();
        foreach (var item in items)
        {
            if (!distinct.Any(d => Equality.AreEqual(d, item, evaluation.Budget)))
                distinct.Add(item);
        }

        return new(distinct.ToImmutable());
    }

    private static Value.Text Join(Evaluation evaluation, ImmutableArray<Value> arguments)
    {
        var separator = arguments.Length == 2 ? ((Value.Text)arguments[1]).Characters : "";
        var parts = new List<string>();
        foreach (var item in Items(arguments[0]))
        {
            if (item is not Value.Text text)
                throw new ExpressionException($"invalid argument for join (a list element has type {item.TypeName}, expected string)", -1);
            evaluation.Budget.Spend(text.Characters.Length + separator.Length + 1);
            parts.Add(text.Characters);
        }

        return new(string.Join(separator, parts));
    }
}
