using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Bascule.Kube.Config;

/// <summary>Where an API server is and how to be believed by it. Immutable; secrets never appear in its text form.</summary>
public sealed record KubeConnection
{
    /// <summary>The server's base address, such as <c>https://127.0.0.1:6443</c>; may have a path.</summary>
    public required Uri Server { get; init; }

    /// <summary>Who the caller is.</summary>
    public KubeCredential Credential { get; init; } = KubeCredential.None;

    /// <summary>The namespace that commands without one mean.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Where these settings come from, for messages: <c>context "kind" of /home/me/.kube/config</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The authorities that may sign the server's certificate; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The name the server's certificate must have; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>True to believe any certificate.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The proxy of the kubeconfig; null for the one of the environment.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The user to act as; null for oneself.</summary>
    public string? ImpersonateUser { get; init; }

    /// <summary>The groups to act with; only with <see cref="ImpersonateUser"/>.</summary>
    public ImmutableArray<string> ImpersonateGroups { get; init; } = [];

    /// <summary>A connection with a bearer token, as a sandbox hands out.</summary>
    public static KubeConnection ForToken(Uri server, string token) => new() { Server = server, Credential = new KubeCredential.Token(token) };

    /// <inheritdoc/>
    public override string ToString() => Origin.Length == 0 ? Server.ToString() : $"{Server} ({Origin})";
}
