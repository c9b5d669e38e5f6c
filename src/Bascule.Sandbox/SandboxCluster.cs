using Bascule.Kube;

namespace Bascule.Sandbox;

/// <summary>
/// A cluster of one machine, in this process: API server, workload controllers, a runtime for pods and the network
/// between them. Disposing it ends everything it started.
/// </summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    private SandboxCluster(Uri apiAddress, string token, string kubeconfigPath, IKubeClient client)
    {
        ApiAddress = apiAddress;
        Token = token;
        KubeconfigPath = kubeconfigPath;
        Client = client;
    }

    /// <summary>Where the API answers.</summary>
    public Uri ApiAddress { get; }

    /// <summary>The bearer token that every request must carry.</summary>
    public string Token { get; }

    /// <summary>The kubeconfig in the state directory.</summary>
    public string KubeconfigPath { get; }

    /// <summary>The API without HTTP, for components of the same process.</summary>
    public IKubeClient Client { get; }

    /// <summary>Starts a cluster; it serves when the task completes.</summary>
    /// <exception cref="SandboxException">Another sandbox uses the state directory, or a port is taken; the message says what to do.</exception>
    public static Task<SandboxCluster> StartAsync(SandboxOptions options, CancellationToken cancellationToken) =>
        throw new SandboxException($"the sandbox in {options.StateDirectory} cannot start yet");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
