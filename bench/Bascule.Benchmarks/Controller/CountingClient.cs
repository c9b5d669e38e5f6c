using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Benchmarks.Controller;

/// <summary>Counts what is asked of a cluster. Thread-safe.</summary>
internal sealed class CountingClient(IKubeClient inner) : IKubeClient
{
    private long _reads;
    private long _events;
    private long _writes;

    /// <summary>Gets, lists and watches begun.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Writes of Events.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Writes of anything else.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.GetAsync(type, key, cancellationToken);
    }

    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.ListAsync(type, @namespace, options, cancellationToken);
    }

    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken)
    {
        CountWrite(type);
        return inner.CreateAsync(type, @namespace, body, cancellationToken);
    }

    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken)
    {
        CountWrite(type);
        return inner.UpdateAsync(type, key, body, subresource, cancellationToken);
    }

    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        CountWrite(type);
        return inner.PatchAsync(type, key, patch, subresource, cancellationToken);
    }

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        CountWrite(type);
        return inner.DeleteAsync(type, key, options, cancellationToken);
    }

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken)
    {
        CountWrite(ResourceTypes.Pods);
        return inner.EvictAsync(pod, uid, cancellationToken);
    }

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return inner.WatchAsync(type, @namespace, options, cancellationToken);
    }

    private void CountWrite(ResourceType type) => Interlocked.Increment(ref type.Plural == "events" ? ref _events : ref _writes);
}
