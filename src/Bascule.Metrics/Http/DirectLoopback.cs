using System.Net;

namespace Bascule.Metrics.Http;

/// <summary>The proxy of the environment, but never for this machine itself: what listens there no proxy can reach.</summary>
/// <param name="proxy">The proxy for everything else.</param>
internal sealed class DirectLoopback(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address)) || proxy.IsBypassed(host);
}
