using System.Net;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Makes clients to pods: they pass on what they get, and keep no state of it.</summary>
internal static class GatewayClient
{
    /// <summary>Long enough for a pod under load, short enough to try another one.</summary>
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Shorter than servers keep idle connections, so that a request does not meet one that is just closing.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    /// <summary>Makes one.</summary>
    public static HttpMessageInvoker Create() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = s_connectTimeout,
            PooledConnectionIdleTimeout = s_idle,
            UseCookies = false,
            UseProxy = false,
        },
        disposeHandler: true);
}
