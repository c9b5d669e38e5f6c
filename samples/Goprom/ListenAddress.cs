using System.Globalization;
using System.Net;

namespace Goprom;

/// <summary>Where to listen, in Go's notation <c>host:port</c>.</summary>
/// <param name="Address">The address to bind; null for all interfaces.</param>
/// <param name="Port">The port; 0 lets the system choose.</param>
internal sealed record ListenAddress(IPAddress? Address, int Port)
{
    /// <summary>Reads <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c> or <c>localhost:8080</c>.</summary>
    /// <param name="flag">The flag to name in an error.</param>
    /// <param name="text">What was given.</param>
    /// <param name="whenNoHost">The address that an empty host stands for; null for all interfaces.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static ListenAddress Parse(string flag, string text, IPAddress? whenNoHost)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
            throw Wrong();

        var host = text[..colon];
        return host switch
        {
            "" => new ListenAddress(whenNoHost, port),
            "localhost" => new ListenAddress(IPAddress.Loopback, port),
            _ when IPAddress.TryParse(host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, out var address) => new ListenAddress(address, port),
            _ => throw Wrong(),
        };

        FormatException Wrong() => new($"{flag}: found '{text}', expected an address such as :8080, 127.0.0.1:8080 or [::1]:8080");
    }
}
