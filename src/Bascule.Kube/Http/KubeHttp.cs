using System.Net;
using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>Makes the one HTTP client of a connection.</summary>
internal static class KubeHttp
{
    /// <summary>How long a connection may take, its TLS handshake included.</summary>
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    /// <summary>Pings find a dead HTTP/2 connection, which would otherwise look like a quiet watch for many minutes.</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Also the name under which the server books our writes: it takes what stands before the slash.</summary>
    public static string UserAgent { get; } =
        $"bascule/{typeof(KubeHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]} " +
        $"({(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}/{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()})";

    public static HttpClient CreateClient(KubeConnection connection, CredentialSource credentials, TimeSpan connectWithin) =>
        new(CreateHandler(connection, credentials, connectWithin))
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };

    private static SocketsHttpHandler CreateHandler(KubeConnection connection, CredentialSource credentials, TimeSpan connectWithin)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = connectWithin,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            UseCookies = false,
            SslOptions = CreateSslOptions(connection, credentials),
        };
        if (connection.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy);
        else if (connection.Server.IsLoopback)
            handler.UseProxy = false;
        return handler;
    }

    private static SslClientAuthenticationOptions CreateSslOptions(KubeConnection connection, CredentialSource credentials)
    {
        var options = new SslClientAuthenticationOptions
        {
            // Asked at each handshake, because a credential program may hand out a new certificate at any time.
            LocalCertificateSelectionCallback = (_, _, _, _, _) => credentials.ClientCertificate!,
        };
        if (connection.SkipTlsVerify)
        {
            // The kubeconfig says so in as many words: insecure-skip-tls-verify.
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
