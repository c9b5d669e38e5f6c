using System.Text.Json.Nodes;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>The Kubernetes API over HTTP, for any cluster. Thread-safe; one instance per cluster is enough.</summary>
public sealed class HttpKubeClient : IKubeClient, IDisposable
{
    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="connection">The server.</param>
    /// <param name="time">Waits before retries.</param>
    /// <param name="random">Spreads retries.</param>
    public HttpKubeClient(KubeConnection connection, TimeProvider time, Random random) => throw new NotImplementedException();

    /// <summary>The server this talks to.</summary>
    public KubeConnection Connection => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads a path as text, such as <c>/version</c> or <c>/api/v1/namespaces/a/pods/b/log?tailLines=10</c>.</summary>
    public Task<string> GetTextAsync(string pathAndQuery, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a path whose answer has no end, such as a log with <c>follow=true</c>; dispose the stream to stop.</summary>
    public Task<Stream> OpenStreamAsync(string pathAndQuery, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
