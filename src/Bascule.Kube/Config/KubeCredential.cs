using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Bascule.Kube.Config;

/// <summary>How the caller shows who it is. A closed family; its text form never holds the secret.</summary>
public abstract record KubeCredential
{
    private KubeCredential()
    {
    }

    /// <summary>Nothing to show.</summary>
    public static KubeCredential None { get; } = new Anonymous();

    /// <summary>A client certificate shown besides, or instead of, the rest; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>What kind of credential it is, and no more.</summary>
    public sealed override string ToString() => ClientCertificate is null ? GetType().Name : $"{GetType().Name} with client certificate";

    /// <summary>No header.</summary>
    public sealed record Anonymous : KubeCredential;

    /// <summary>A fixed bearer token.</summary>
    /// <param name="Value">The token.</param>
    public sealed record Token(string Value) : KubeCredential;

    /// <summary>A bearer token in a file that somebody else renews.</summary>
    /// <param name="Path">The file.</param>
    public sealed record TokenFile(string Path) : KubeCredential;

    /// <summary>User name and password.</summary>
    /// <param name="User">The user name.</param>
    /// <param name="Password">The password.</param>
    public sealed record Basic(string User, string Password) : KubeCredential;

    /// <summary>A program that prints a credential (<c>client.authentication.k8s.io</c>).</summary>
    /// <param name="ApiVersion">The version it speaks.</param>
    /// <param name="Command">The program.</param>
    /// <param name="Arguments">Its arguments.</param>
    /// <param name="Environment">Variables added to the environment.</param>
    public sealed record Exec(string ApiVersion, string Command, ImmutableArray<string> Arguments, ImmutableDictionary<string, string> Environment) : KubeCredential
    {
        /// <summary>How to install the program, from the kubeconfig; null when it says nothing.</summary>
        public string? InstallHint { get; init; }

        /// <summary>Tell the program which cluster is meant.</summary>
        public bool ProvideClusterInfo { get; init; }
    }
}
