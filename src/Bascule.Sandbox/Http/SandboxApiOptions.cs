using System.Security.Cryptography.X509Certificates;
using Bascule.Sandbox.Api;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Sandbox.Http;

/// <summary>How to serve the API over HTTP.</summary>
public sealed record SandboxApiOptions
{
    /// <summary>The port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The bearer token that every request must carry.</summary>
    public required string Token { get; init; }

    /// <summary>Serves TLS with this certificate, and with it HTTP/2; null for plain HTTP/1.1.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Where the logs of pods come from; null when nothing runs pods.</summary>
    public IPodLogs? Logs { get; init; }

    /// <summary>The most bytes of a request's body; Kubernetes' own limit by default.</summary>
    public long MaxRequestBytes { get; init; } = 3 << 20;

    /// <summary>How often a watch that asked for bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When a watch ends that did not say when.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Where failures of the server itself are logged.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
