using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>Functions over numbers and lists of numbers.</summary>
internal static class NumberFunctions
{
    private static readonly StaticType Float = new(Kinds.Float);

    public static ImmutableArray<Function> All { get; } =
    [
        new("abs", StaticType.Unknown, (_, a) => a[0] is Value.Integer i ? new Value.Integer(i.Number < 0 ? unchecked(-i.Number) : i.Number) : new Value.Float(Math.Abs(Numbers.AsDouble(a[0]))), Kinds.Number),
        new("ceil", Float, (_, a) => new Value.Float(Math.Ceiling(Numbers.AsDouble(a[0]))), Kinds.Number),
        new("floor", Float, (_, a) => new Value.Float(Math.Floor(Numbers.AsDouble(a[0]))), Kinds.Number),
        new("round", Float, (_, a) => new Value.Float(Math.Round(Numbers.AsDouble(a[0]), MidpointRounding.AwayFromZero)), Kinds.Number),
        new("max", StaticType.Unknown, (e, a) => Extreme("max", Flat(e, "max", a), larger: true), Kinds.Number | Kinds.List) { Allowed = int.MaxValue },
        new("min", StaticType.Unknown, (e, a) => Extreme("min", Flat(e, "min", a), larger: false), Kinds.Number | Kinds.List) { Allowed = int.MaxValue },
        new("mean", Float, (e, a) => Mean(Flat(e, "mean", a)), Kinds.Number | Kinds.List) { Allowed = int.MaxValue },
        new("median", Float, (e, a) => Median(Flat(e, "median", a)), Kinds.Number | Kinds.List) { Allowed = int.MaxValue },
    ];

    private static Value Extreme(string name, List<Value> numbers, bool larger)
    {
        if (numbers.Count == 0)
            throw new ExpressionException($"not enough arguments to call {name}", -1);
        var best = numbers[0];
        foreach (var number in numbers)
        {
            if (larger ? Numbers.AsDouble(number) > Numbers.AsDouble(best) : Numbers.AsDouble(number) < Numbers.AsDouble(best))
                best = number;
        }

        return best;
    }

    private static Value.Float Mean(List<Value> numbers) => new(numbers.Count == 0 ? 0 : numbers.Average(Numbers.AsDouble));

    private static Value.Float Median(List<Value> numbers)
    {
        if (numbers.Count == 0)
            return new(0);
        var sorted = numbers.Select(Numbers.AsDouble).Order().ToList();
        var middle = sorted.Count / 2;
        return new(sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    /// <summary>The numbers among the arguments and in lists among them, at any depth.</summary>
    private static List<Value> Flat(Evaluation evaluation, string name, ImmutableArray<Value> arguments)
    {
        var flat = new List<Value>();
        Collect(arguments);
        return flat;

        void Collect(ImmutableArray<Value> values)
        {
            evaluation.Budget.Spend(values.Length);
            foreach (var value in values)
            {
                if (value is Value.List list)
                    Collect(list.Items);
                else if (value.Kind is Kinds.Integer or Kinds.Float)
                    flat.Add(value);
                else
                    throw new ExpressionException($"invalid argument for {name} (type {value.TypeName})", -1);
            }
        }
    }
}
