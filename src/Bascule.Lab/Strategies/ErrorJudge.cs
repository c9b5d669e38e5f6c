using System.Globalization;
using Bascule.Lab.Load;

namespace Bascule.Lab.Strategies;

/// <summary>
/// Tells from the answers that users get whether a version is bad: what an operator with an eye on the error rate by
/// version does. Requests that nobody answered say nothing of a version.
/// </summary>
internal static class ErrorJudge
{
    /// <summary>The share of failed answers that is still taken for good; the course's analysis asks for 95 % success.</summary>
    public const double Tolerated = 0.05;

    /// <summary>Fewer answers than this tell nothing.</summary>
    public const int Enough = 20;

    /// <summary>True when there are answers enough for a judgement.</summary>
    public static bool CanTell(VersionTraffic version) => version.Answers >= Enough;

    /// <summary>True when there are answers enough, and too many of them failed.</summary>
    public static bool IsBad(VersionTraffic version) => CanTell(version) && version.Failed > Tolerated * version.Answers;

    /// <summary>The figures for people.</summary>
    public static string Text(VersionTraffic version) => string.Create(
        CultureInfo.InvariantCulture,
        $"{version.Version} failed {(version.Answers == 0 ? 0 : 100.0 * version.Failed / version.Answers):0.#} % of its {version.Answers:N0} answers");
}
