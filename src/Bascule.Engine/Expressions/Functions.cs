using System.Collections.Frozen;

namespace Bascule.Engine.Expressions;

/// <summary>All functions that every expression knows, apart from those that take a predicate (EXPR-11).</summary>
internal static class Functions
{
    public static FrozenDictionary<string, Function> Builtin { get; } =
        ((IEnumerable<Function>)[.. NumberFunctions.All, .. TextFunctions.All, .. ListFunctions.All, .. ConversionFunctions.All, .. TimeFunctions.All])
        .ToFrozenDictionary(f => f.Name);
}
