using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Bascule.Engine.Expressions;

/// <summary>Regular expressions in Go's dialect, which like ours here have no backtracking and so always end soon.</summary>
internal static class GoPattern
{
    /// <summary>Compiles a pattern.</summary>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? regex, out string error)
    {
        try
        {
            // Go writes named groups the Python way.
            var translated = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
            regex = new(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            error = "";
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            regex = null;
            error = $"error parsing regexp {pattern}: {e.Message}";
            return false;
        }
    }
}
