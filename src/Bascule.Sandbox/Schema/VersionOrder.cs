using System.Globalization;
using System.Text.RegularExpressions;

namespace Bascule.Sandbox.Schema;

/// <summary>
/// Kubernetes' order of API versions, oldest first: anything else by name, then alpha, beta and stable versions by
/// number (v1alpha1, v1beta2, v1, v2).
/// </summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static VersionOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => (Parse(x ?? ""), Parse(y ?? "")) switch
    {
        (null, null) => string.CompareOrdinal(y, x),
        (null, _) => -1,
        (_, null) => 1,
        var (a, b) => a.Value.CompareTo(b.Value),
    };

    private static (int Stability, int Major, int Minor)? Parse(string version)
    {
        var match = Shape().Match(version);
        if (!match.Success)
            return null;
        var stability = match.Groups[2].Value switch { "alpha" => 0, "beta" => 1, _ => 2 };
        return (stability, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[3].Value is { Length: > 0 } minor ? int.Parse(minor, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex("^v([0-9]{1,9})(?:(alpha|beta)([0-9]{1,9}))?$")]
    private static partial Regex Shape();
}
