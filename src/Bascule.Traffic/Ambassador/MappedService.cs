namespace Bascule.Traffic.Ambassador;

/// <summary>The <c>service</c> of a Mapping: <c>[scheme://]name[.namespace][:port]</c>.</summary>
internal static class MappedService
{
    /// <summary>Puts one Service in the place of another; scheme, namespace and port stay (TR-AMB-03).</summary>
    /// <returns>Null when the other is not there.</returns>
    public static string? Replace(string service, string stable, string canary)
    {
        for (var at = service.IndexOf(stable, StringComparison.Ordinal); at >= 0; at = service.IndexOf(stable, at + 1, StringComparison.Ordinal))
        {
            var end = at + stable.Length;

            // Only as a whole name: that of a Service may be part of another, or of a scheme.
            if ((at == 0 || !IsOfName(service[at - 1])) && (end == service.Length || !IsOfName(service[end])))
                return $"{service[..at]}{canary}{service[end..]}";
        }

        return null;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';
}
