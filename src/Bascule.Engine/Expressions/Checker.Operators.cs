namespace Bascule.Engine.Expressions;

/// <summary>Which kinds the binary operators take.</summary>
internal sealed partial class Checker
{
    private static StaticType Binary(Node.Binary binary, StaticType left, StaticType right) => Result(binary.Operator, left, right)
        ?? throw new ExpressionException($"invalid operation: {binary.Operator} (mismatched types {left.Name} and {right.Name})", binary.Position);

    private static StaticType? Result(string op, StaticType left, StaticType right) => op switch
    {
        "==" or "!=" => AreComparable(left, right) ? Boolean : null,
        "or" or "||" or "and" or "&&" => Both(left, right, Kinds.Boolean) ? Boolean : null,
        "<" or ">" or "<=" or ">=" =>
            Both(left, right, Kinds.Number) || Both(left, right, Kinds.Text) || Both(left, right, Kinds.Instant) || Both(left, right, Kinds.Span) ? Boolean : null,
        "+" => Sum(left, right),
        "-" => Difference(left, right),
        "*" => Both(left, right, Kinds.Number) || Both(left, right, Kinds.Number | Kinds.Span) ? Promoted(left, right) : null,
        "/" or "**" or "^" => Both(left, right, Kinds.Number) ? Float : null,
        "%" => Both(left, right, Kinds.Integer) ? Integer : null,
        ".." => Both(left, right, Kinds.Integer) ? new(Kinds.List, Kinds.Integer) : null,
        "in" => IsIn(left, right) ? Boolean : null,
        "matches" or "contains" or "startsWith" or "endsWith" => Both(left, right, Kinds.Text) ? Boolean : null,
        "??" => left.Kind == Kinds.Nil ? right : right.Kind == Kinds.Nil || right == left ? left : StaticType.Unknown,
        _ => throw new InvalidOperationException(op),
    };

    private static StaticType? Sum(StaticType left, StaticType right) =>
        Both(left, right, Kinds.Number) ? Promoted(left, right)
        : Both(left, right, Kinds.Text) ? new(left.IsUnknown ? right.Kind : left.Kind)
        : Both(left, right, Kinds.Span) || (left.MayBe(Kinds.Instant) && right.MayBe(Kinds.Span)) || (left.MayBe(Kinds.Span) && right.MayBe(Kinds.Instant)) ? Timely(left, right)
        : null;

    private static StaticType? Difference(StaticType left, StaticType right) =>
        Both(left, right, Kinds.Number) ? Promoted(left, right)
        : Both(left, right, Kinds.Instant) && !left.IsUnknown && !right.IsUnknown ? new(Kinds.Span)
        : Both(left, right, Kinds.Instant) || Both(left, right, Kinds.Span) || (left.MayBe(Kinds.Instant) && right.MayBe(Kinds.Span)) ? StaticType.Unknown
        : null;

    private static StaticType Timely(StaticType left, StaticType right) =>
        left.IsUnknown || right.IsUnknown ? StaticType.Unknown : left.Kind == Kinds.Span ? right : left;

    /// <summary>The type of a computation with two numbers; unknown when a span or an unknown value takes part.</summary>
    private static StaticType Promoted(StaticType left, StaticType right) =>
        left.IsUnknown || right.IsUnknown || left.MayBe(Kinds.Span) || right.MayBe(Kinds.Span) ? StaticType.Unknown
        : left.Kind == Kinds.Integer && right.Kind == Kinds.Integer ? Integer
        : Float;

    private static bool AreComparable(StaticType left, StaticType right) =>
        left.IsUnknown || right.IsUnknown || left.Kind == Kinds.Nil || right.Kind == Kinds.Nil || left.Kind == right.Kind || Both(left, right, Kinds.Number);

    private static bool IsIn(StaticType left, StaticType right) => right.Kind switch
    {
        Kinds.List => AreComparable(left, right.Element()),
        Kinds.Map => left.MayBe(Kinds.Text),
        Kinds.Any or Kinds.Nil => true,
        _ => false,
    };

    private static bool Both(StaticType left, StaticType right, Kinds kinds) => left.MayBe(kinds) && right.MayBe(kinds);
}
