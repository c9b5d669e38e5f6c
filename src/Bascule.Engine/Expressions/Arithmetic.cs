using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>The operators over two values, apart from those that may leave the second one unevaluated.</summary>
internal static class Arithmetic
{
    /// <summary>Computes <c>left op right</c>.</summary>
    public static Value Compute(string op, Value left, Value right) => op switch
    {
        "+" => Add(left, right),
        "-" => Subtract(left, right),
        "*" => Multiply(left, right),
        "/" when AreNumbers(left, right) => new Value.Float(Numbers.AsDouble(left) / Numbers.AsDouble(right)),
        "%" => Remainder(left, right),
        "**" or "^" when AreNumbers(left, right) => new Value.Float(Math.Pow(Numbers.AsDouble(left), Numbers.AsDouble(right))),
        "<" or ">" or "<=" or ">=" => new Value.Boolean(IsOrdered(op, left, right)),
        "contains" when (left, right) is (Value.Text a, Value.Text b) => new Value.Boolean(a.Characters.Contains(b.Characters, StringComparison.Ordinal)),
        "startsWith" when (left, right) is (Value.Text a, Value.Text b) => new Value.Boolean(a.Characters.StartsWith(b.Characters, StringComparison.Ordinal)),
        "endsWith" when (left, right) is (Value.Text a, Value.Text b) => new Value.Boolean(a.Characters.EndsWith(b.Characters, StringComparison.Ordinal)),
        "matches" when (left, right) is (Value.Text a, Value.Text b) => new Value.Boolean(Matches(a.Characters, b.Characters)),
        _ => throw Mismatch(op, left, right),
    };

    /// <summary>Computes <c>left in right</c>.</summary>
    public static Value.Boolean In(Value left, Value right, Budget budget) => (left, right) switch
    {
        (_, Value.Nil) => new(false),
        (_, Value.List list) => new(list.Items.Any(item => Equality.AreEqual(left, item, budget))),
        (Value.Text key, Value.Map map) => new(map.Entries.ContainsKey(key.Characters)),
        (Value.Nil, Value.Map) => new(false),
        _ => throw new ExpressionException($"operator \"in\" not defined on {right.TypeName} for {left.TypeName}", -1),
    };

    /// <summary>Computes <c>from..to</c>, both included; empty when they stand the wrong way round.</summary>
    public static Value.List Range(Value from, Value to, Budget budget)
    {
        if ((from, to) is not (Value.Integer { Number: var first }, Value.Integer { Number: var last }))
            throw Mismatch("..", from, to);
        if (first > last)
            return new([], Kinds.Integer);
        // The difference may exceed 64 bits; the budget is far smaller.
        var length = (Int128)last - first + 1;
        budget.Spend((long)Int128.Min(length, Budget.Steps + 1));
        var items = ImmutableArray.CreateBuilder<Value>((int)length);
        for (var i = 0; i < (int)length; i++)
            items.Add(new Value.Integer(first + i));
        return new(items.MoveToImmutable(), Kinds.Integer);
    }

    /// <summary>Computes a unary operator.</summary>
    public static Value Unary(string op, Value operand) => (op, operand) switch
    {
        ("!" or "not", Value.Boolean boolean) => new Value.Boolean(!boolean.IsTrue),
        ("+", Value.Integer or Value.Float) => operand,
        ("-", Value.Integer integer) => new Value.Integer(unchecked(-integer.Number)),
        ("-", Value.Float real) => new Value.Float(-real.Number),
        _ => throw new ExpressionException($"invalid operation: {op} (mismatched type {operand.TypeName})", -1),
    };

    private static Value Add(Value left, Value right) => (left, right) switch
    {
        (Value.Integer a, Value.Integer b) => new Value.Integer(unchecked(a.Number + b.Number)),
        _ when AreNumbers(left, right) => new Value.Float(Numbers.AsDouble(left) + Numbers.AsDouble(right)),
        (Value.Text a, Value.Text b) => new Value.Text(a.Characters + b.Characters),
        (Value.Instant a, Value.Span b) => Shifted(a, b.Length),
        (Value.Span a, Value.Instant b) => Shifted(b, a.Length),
        (Value.Span a, Value.Span b) => Spanning(a.Length.Ticks + (Int128)b.Length.Ticks),
        _ => throw Mismatch("+", left, right),
    };

    private static Value Subtract(Value left, Value right) => (left, right) switch
    {
        (Value.Integer a, Value.Integer b) => new Value.Integer(unchecked(a.Number - b.Number)),
        _ when AreNumbers(left, right) => new Value.Float(Numbers.AsDouble(left) - Numbers.AsDouble(right)),
        (Value.Instant a, Value.Instant b) => new Value.Span(a.At - b.At),
        (Value.Instant a, Value.Span b) => Shifted(a, b.Length == TimeSpan.MinValue ? TimeSpan.MaxValue : -b.Length),
        (Value.Span a, Value.Span b) => Spanning(a.Length.Ticks - (Int128)b.Length.Ticks),
        _ => throw Mismatch("-", left, right),
    };

    private static Value Multiply(Value left, Value right) => (left, right) switch
    {
        (Value.Integer a, Value.Integer b) => new Value.Integer(unchecked(a.Number * b.Number)),
        _ when AreNumbers(left, right) => new Value.Float(Numbers.AsDouble(left) * Numbers.AsDouble(right)),
        (Value.Span span, Value.Integer or Value.Float) => Spanning(span.Length.Ticks * Numbers.AsDouble(right)),
        (Value.Integer or Value.Float, Value.Span span) => Spanning(span.Length.Ticks * Numbers.AsDouble(left)),
        _ => throw Mismatch("*", left, right),
    };

    private static Value.Integer Remainder(Value left, Value right) => (left, right) switch
    {
        (Value.Integer, Value.Integer { Number: 0 }) => throw new ExpressionException("integer divide by zero", -1),
        // The smallest integer by -1 overflows in hardware although the remainder is 0.
        (Value.Integer, Value.Integer { Number: -1 }) => new(0),
        (Value.Integer a, Value.Integer b) => new(a.Number % b.Number),
        _ => throw Mismatch("%", left, right),
    };

    private static bool IsOrdered(string op, Value left, Value right)
    {
        // NaN compares false with everything (EXPR-8), so the order of two doubles is not one number.
        if (AreNumbers(left, right) && !(left is Value.Integer && right is Value.Integer))
        {
            var (a, b) = (Numbers.AsDouble(left), Numbers.AsDouble(right));
            return op switch { "<" => a < b, ">" => a > b, "<=" => a <= b, _ => a >= b };
        }

        var order = (left, right) switch
        {
            (Value.Integer a, Value.Integer b) => a.Number.CompareTo(b.Number),
            (Value.Text a, Value.Text b) => string.CompareOrdinal(a.Characters, b.Characters),
            (Value.Instant a, Value.Instant b) => a.At.CompareTo(b.At),
            (Value.Span a, Value.Span b) => a.Length.CompareTo(b.Length),
            _ => throw Mismatch(op, left, right),
        };
        return op switch { "<" => order < 0, ">" => order > 0, "<=" => order <= 0, _ => order >= 0 };
    }

    private static bool Matches(string text, string pattern) =>
        GoPattern.TryCompile(pattern, out var regex, out var error) ? regex.IsMatch(text) : throw new ExpressionException(error, -1);

    private static Value.Instant Shifted(Value.Instant instant, TimeSpan by)
    {
        var ticks = instant.At.UtcTicks + (Int128)by.Ticks;
        return ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new(new DateTimeOffset((long)ticks, TimeSpan.Zero))
            : throw new ExpressionException("the time is out of range", -1);
    }

    private static Value.Span Spanning(Int128 ticks) => ticks >= long.MinValue && ticks <= long.MaxValue
        ? new(new TimeSpan((long)ticks))
        : throw new ExpressionException("the duration is out of range", -1);

    private static Value.Span Spanning(double ticks) => Math.Abs(ticks) < 9.2e18
        ? new(new TimeSpan((long)ticks))
        : throw new ExpressionException("the duration is out of range", -1);

    private static bool AreNumbers(Value left, Value right) => ((left.Kind | right.Kind) & ~Kinds.Number) == 0;

    private static ExpressionException Mismatch(string op, Value left, Value right) => new($"invalid operation: {left.TypeName} {op} {right.TypeName}", -1);
}
