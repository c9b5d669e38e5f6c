using System.Text.Json.Nodes;

namespace Bascule.Kube.Queue;

/// <summary>
/// A client that remembers, for the pass that runs in a <see cref="ReconcileLoop"/>, what was written, so that the key is
/// not looked at again before the cache has caught up (RT-5). Outside of a pass it only forwards.
/// </summary>
/// <param name="inner">The client that does the work.</param>
/// <param name="cache">Where the writes will show; types that it does not hold are not waited for.</param>
public sealed class WriteTracker(IKubeClient inner, IVersionedCache cache) : IKubeClient
{
    /// <summary>The running pass. It flows with the call, so that workers side by side do not mix up their writes.</summary>
    private static readonly AsyncLocal<PassWrites?> s_pass = new();

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        inner.GetAsync(type, key, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        inner.ListAsync(type, @namespace, options, cancellationToken);

    /// <inheritdoc/>
    public async Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        Stored(type, await inner.CreateAsync(type, @namespace, body, cancellationToken));

    /// <inheritdoc/>
    public async Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        Stored(type, await inner.UpdateAsync(type, key, body, subresource, cancellationToken));

    /// <inheritdoc/>
    public async Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        Stored(type, await inner.PatchAsync(type, key, patch, subresource, cancellationToken));

    /// <inheritdoc/>
    public async Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        var before = cache.ResourceVersionSeen(type) is null ? null : cache.Get(type, key);
        await inner.DeleteAsync(type, key, options, cancellationToken);
        if (before is not null)
            s_pass.Value?.Add(new PassWrites.Deleted(cache, type, key, before.Uid));
    }

    /// <inheritdoc/>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) => inner.EvictAsync(pod, uid, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        inner.WatchAsync(type, @namespace, options, cancellationToken);

    /// <summary>From here on, writes in this flow belong to the returned pass.</summary>
    internal static PassWrites BeginPass() => s_pass.Value = new PassWrites();

    /// <summary>Ends the pass; null when the cache shows all of its writes already.</summary>
    internal static PassWrites? EndPass(PassWrites pass, TimeProvider time)
    {
        s_pass.Value = null;
        pass.End(time);
        return pass.AllSeen() ? null : pass;
    }

    private KubeObject Stored(ResourceType type, KubeObject stored)
    {
        // Subresources such as scale answer with another kind that carries the object's own name and version.
        if (stored.ResourceVersion.Length > 0 && cache.ResourceVersionSeen(type) is not null)
            s_pass.Value?.Add(new PassWrites.Stored(cache, type, stored.Key, stored.ResourceVersion));
        return stored;
    }
}
