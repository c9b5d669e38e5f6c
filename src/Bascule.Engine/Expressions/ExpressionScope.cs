using System.Collections.Frozen;

namespace Bascule.Engine.Expressions;

/// <summary>What an expression can see: names, functions beyond the built-in ones, and the time.</summary>
public sealed class ExpressionScope
{
    private readonly FrozenDictionary<string, Value> names;
    private readonly FrozenDictionary<string, Function> functions;

    private ExpressionScope(DateTimeOffset now, FrozenDictionary<string, Value> names, FrozenDictionary<string, Function> functions)
    {
        Now = now;
        this.names = names;
        this.functions = functions;
    }

    /// <summary>What <c>now()</c> answers.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The scope of success and failure conditions (EXPR-5).</summary>
    /// <param name="result">The measured value.</param>
    /// <param name="now">The time.</param>
    public static ExpressionScope ForResult(Value result, DateTimeOffset now) =>
        new(now, new Dictionary<string, Value> { ["result"] = result }.ToFrozenDictionary(), ConditionFunctions.For(result));

    /// <summary>The scope of the start and end of a range query (EXPR-14).</summary>
    public static ExpressionScope ForTime(DateTimeOffset now) => new(now, FrozenDictionary<string, Value>.Empty, ConditionFunctions.ForTime);

    internal Value? Name(string name) => names.GetValueOrDefault(name);

    internal Function? Function(string name) => functions.GetValueOrDefault(name) ?? Functions.Builtin.GetValueOrDefault(name);
}
