namespace Bascule.Metrics.Http;

/// <summary>Where to send a request whose URL may name a Service.</summary>
internal static class ServiceEndpoint
{
    /// <summary>The address to send to, and the <c>Host</c> to send with it when a Service's name became an address.</summary>
    /// <param name="target">The URL as written.</param>
    /// <param name="services">Who knows Services; null when DNS does.</param>
    /// <param name="namespace">The namespace of a bare name.</param>
    public static (Uri Target, string? Host) Resolve(Uri target, IServiceAddresses? services, string? @namespace)
    {
        if (services?.Find(target.Host, @namespace) is not { } found)
            return (target, null);
        var resolved = new UriBuilder(target) { Host = found.ToString() };
        return (resolved.Uri, target.Authority);
    }
}
