using System.Collections.Immutable;

namespace Bascule.Engine.Expressions;

/// <summary>What a function works with.</summary>
/// <param name="Scope">Names and time.</param>
/// <param name="Budget">What may still be spent.</param>
internal sealed record Evaluation(ExpressionScope Scope, Budget Budget);

/// <summary>Computes a function's value from arguments whose kinds were checked.</summary>
internal delegate Value Implementation(Evaluation evaluation, ImmutableArray<Value> arguments);

/// <summary>A function of the language.</summary>
/// <param name="Name">The name.</param>
/// <param name="Returns">What it returns, as far as it is known beforehand.</param>
/// <param name="Invoke">Computes the value.</param>
/// <param name="Parameters">The kinds that each argument may have; further arguments take the last one's.</param>
internal sealed record Function(string Name, StaticType Returns, Implementation Invoke, params ImmutableArray<Kinds> Parameters)
{
    /// <summary>Arguments needed.</summary>
    public int Required { get; init; } = Parameters.Length;

    /// <summary>Arguments allowed.</summary>
    public int Allowed { get; init; } = Parameters.Length;

    /// <summary>Checks number and kinds of the arguments.</summary>
    /// <param name="arguments">What is known of each.</param>
    /// <param name="position">Where the call stands.</param>
    public void Check(ReadOnlySpan<StaticType> arguments, int position)
    {
        if (arguments.Length < Required || arguments.Length > Allowed)
            throw new ExpressionException($"invalid number of arguments for {Name} (expected {Expected()}, got {arguments.Length})", position);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].MayBe(Parameters[Math.Min(i, Parameters.Length - 1)]))
                throw new ExpressionException($"invalid argument for {Name} (type {arguments[i].Name})", position);
        }
    }

    private string Expected() => Required == Allowed ? $"{Required}" : Allowed == int.MaxValue ? $"at least {Required}" : $"{Required} to {Allowed}";
}
