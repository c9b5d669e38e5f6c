using System.Globalization;
using CsCheck;

namespace Bascule.Engine.Tests;

/// <summary>
/// Tries a property on random cases that are the same in every run: a test that fails now and then tells nobody anything.
/// <c>BASCULE_CASES</c> has each property tried on so many others, from the one numbered <c>BASCULE_CASES_FROM</c> on; a case
/// that fails then is mended and becomes a test with a name. The message of a failure has a smaller case if there is one, and
/// the seed that <c>CsCheck_Seed</c> tries alone.
/// </summary>
internal static class Properties
{
    /// <summary>How often a smaller case that fails as well is looked for.</summary>
    private const int Smaller = 2_000;

    /// <summary>The golden ratio of 2^64, which spreads small numbers over all seeds.</summary>
    private const ulong Spread = 0x9E3779B97F4A7C15;

    private static readonly int? Count = Setting("BASCULE_CASES");
    private static readonly int From = Setting("BASCULE_CASES_FROM") ?? 0;

    /// <summary>Tries the property.</summary>
    /// <param name="cases">Makes a case.</param>
    /// <param name="holds">Throws where the property does not hold.</param>
    /// <param name="count">How many cases, unless told otherwise.</param>
    public static void Always<T>(this Gen<T> cases, Action<T> holds, int count)
    {
        if (Check.Seed is not null)
        {
            cases.Sample(holds, iter: 1);
            return;
        }

        for (var number = From; number < From + (Count ?? count); number++)
        {
            var seed = new PCG(1, (ulong)number * Spread).ToString();
            try
            {
                holds(cases.Generate(PCG.Parse(seed), null, out _));
            }
            catch (Exception)
            {
                cases.Sample(holds, seed: seed, iter: Smaller);
                throw;
            }
        }
    }

    /// <inheritdoc cref="Always{T}(Gen{T}, Action{T}, int)"/>
    public static void Always<T1, T2>(this Gen<(T1, T2)> cases, Action<T1, T2> holds, int count) => cases.Always(c => holds(c.Item1, c.Item2), count);

    /// <inheritdoc cref="Always{T}(Gen{T}, Action{T}, int)"/>
    public static void Always<T1, T2, T3>(this Gen<(T1, T2, T3)> cases, Action<T1, T2, T3> holds, int count) => cases.Always(c => holds(c.Item1, c.Item2, c.Item3), count);

    /// <inheritdoc cref="Always{T}(Gen{T}, Action{T}, int)"/>
    public static void Always<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> cases, Action<T1, T2, T3, T4> holds, int count) =>
        cases.Always(c => holds(c.Item1, c.Item2, c.Item3, c.Item4), count);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
