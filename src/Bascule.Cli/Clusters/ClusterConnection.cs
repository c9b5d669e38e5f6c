using Bascule.Kube;

namespace Bascule.Cli.Clusters;

/// <summary>A cluster that a command talks to.</summary>
/// <param name="client">The API; disposed with the connection if it can be.</param>
/// <param name="namespace">The namespace that names without one are in.</param>
/// <param name="origin">Where the cluster is and which file says so, for messages.</param>
internal sealed class ClusterConnection(IKubeClient client, string @namespace, string origin) : IDisposable
{
    /// <summary>The API.</summary>
    public IKubeClient Client { get; } = client;

    /// <summary>The namespace that names without one are in.</summary>
    public string Namespace { get; } = @namespace;

    /// <summary>Where the cluster is, for messages.</summary>
    public string Origin { get; } = origin;

    /// <summary>The key of an object in the namespace.</summary>
    public ObjectKey Key(string name) => new(Namespace, name);

    /// <inheritdoc/>
    public void Dispose() => (Client as IDisposable)?.Dispose();
}
