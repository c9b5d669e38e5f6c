using System.Collections.Frozen;
using Bascule.Engine.Analysis;

namespace Bascule.Engine.Expressions;

/// <summary>The functions that conditions know beyond the language's own (EXPR-5..8).</summary>
internal static class ConditionFunctions
{
    private static readonly StaticType Boolean = new(Kinds.Boolean);

    private static readonly Function IsNaN = new("isNaN", Boolean, (_, a) => new Value.Boolean(double.IsNaN(Numbers.AsDouble(a[0]))), Kinds.Number);
    private static readonly Function IsInf = new("isInf", Boolean, (_, a) => new Value.Boolean(double.IsInfinity(Numbers.AsDouble(a[0]))), Kinds.Number);
    private static readonly Function AsInt = new("asInt", new(Kinds.Integer), (_, a) => new Value.Integer(ToInteger(a[0])), Kinds.Any);
    private static readonly Function AsFloat = new("asFloat", new(Kinds.Float), (_, a) => new Value.Float(ToFloat(a[0])), Kinds.Any);

    /// <summary>The functions of a range query's times.</summary>
    public static FrozenDictionary<string, Function> ForTime { get; } = Named(IsNaN, IsInf);

    /// <summary>The functions of a condition. <c>isNil</c> and <c>default</c> look at the whole result, whatever they are given (EXPR-6).</summary>
    public static FrozenDictionary<string, Function> For(Value result) => Named(
        IsNaN,
        IsInf,
        AsInt,
        AsFloat,
        new("isNil", Boolean, (_, _) => new Value.Boolean(result is Value.Nil), Kinds.Any),
        new("default", StaticType.Unknown, (_, a) => result is Value.Nil ? a[1] : result, Kinds.Any, Kinds.Any));

    private static FrozenDictionary<string, Function> Named(params ReadOnlySpan<Function> functions)
    {
        var named = new Dictionary<string, Function>();
        foreach (var function in functions)
            named[function.Name] = function;
        return named.ToFrozenDictionary();
    }

    private static long ToInteger(Value value) => value switch
    {
        Value.Integer integer => integer.Number,
        Value.Float real => Numbers.Truncate(real.Number),
        Value.Text text => Numbers.TryParseInteger(text.Characters, out var number)
            ? number
            : throw new ExpressionException($"asInt: {GoText.Quote(text.Characters)} is no whole number", -1),
        _ => throw new ExpressionException($"asInt() not supported on {value.TypeName}", -1),
    };

    private static double ToFloat(Value value) => value switch
    {
        Value.Integer or Value.Float => Numbers.AsDouble(value),
        Value.Text text => Numbers.TryParseFloat(text.Characters, out var number)
            ? number
            : throw new ExpressionException($"asFloat: {GoText.Quote(text.Characters)} is no number", -1),
        _ => throw new ExpressionException($"asFloat() not supported on {value.TypeName}", -1),
    };
}
