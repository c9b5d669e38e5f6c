using System.Globalization;

namespace Bascule.Kube;

/// <summary>Compares resourceVersions: by size where the server counts, which all known ones do, else only for equality.</summary>
public static class ResourceVersions
{
    /// <summary>True when <paramref name="seen"/> is surely <paramref name="wanted"/> or newer.</summary>
    /// <param name="seen">A version; null when nothing was seen.</param>
    /// <param name="wanted">The version to reach.</param>
    public static bool IsAtLeast(string? seen, string wanted)
    {
        if (seen is null)
            return false;
        return TryParse(seen, out var left) && TryParse(wanted, out var right) ? left >= right : seen == wanted;
    }

    private static bool TryParse(string version, out ulong number) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
