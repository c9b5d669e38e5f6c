namespace Bascule.Sandbox.Gateway.Matching;

/// <summary>Hosts as routing objects write them: a name, <c>*.</c> and a suffix, or <c>*</c> for all.</summary>
internal static class HostPattern
{
    /// <summary>Every host.</summary>
    public const string Any = "*";

    /// <summary>In the form in which patterns are compared; an absent one is for all.</summary>
    public static string Normal(string? host) => string.IsNullOrEmpty(host) ? Any : host.ToLowerInvariant();

    /// <summary>The hosts that both patterns cover; null when there are none.</summary>
    public static string? Intersect(string one, string other)
    {
        if (Covers(one, other))
            return other;
        return Covers(other, one) ? one : null;
    }

    /// <summary>Whether every host of the second is one of the first.</summary>
    private static bool Covers(string pattern, string host) =>
        pattern == Any || pattern == host || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.Length > pattern.Length - 1 && host.EndsWith(pattern[1..], StringComparison.Ordinal));
}
