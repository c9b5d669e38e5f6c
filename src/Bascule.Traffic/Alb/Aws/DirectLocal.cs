using System.Net;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>A proxy, but not for this machine: an agent beside the container is nobody whom a proxy can reach.</summary>
internal sealed class DirectLocal(IWebProxy inner) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => inner.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => (host.Scheme == Uri.UriSchemeHttp && ContainerCredentials.IsSafe(host)) || host.IsLoopback || inner.IsBypassed(host);
}
