using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Controller.Tests;

/// <summary>Forwards to a client, notes every read and write, and can be told to do something just before one.</summary>
internal sealed class TestWrites(IKubeClient inner) : IKubeClient
{
    public List<string> Writes { get; } = [];

    /// <summary>What was read, such as <c>get rollouts.argoproj.io shop/web</c>.</summary>
    public List<string> Reads { get; } = [];

    /// <summary>Called with what is about to be written, such as <c>patch rollouts.argoproj.io/status shop/web</c>.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        Reads.Add($"get {type} {key}");
        return inner.GetAsync(type, key, cancellationToken);
    }

    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        Reads.Add($"list {type} {@namespace}");
        return inner.ListAsync(type, @namespace, options, cancellationToken);
    }

    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken)
    {
        Note($"create {type} {@namespace}/{body["metadata"]?["name"]}");
        return inner.CreateAsync(type, @namespace, body, cancellationToken);
    }

    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken)
    {
        Note($"update {type} {key}");
        return inner.UpdateAsync(type, key, body, subresource, cancellationToken);
    }

    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        Note(subresource is null ? $"patch {type} {key}" : $"patch {type}/{subresource} {key}");
        return inner.PatchAsync(type, key, patch, subresource, cancellationToken);
    }

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        Note($"delete {type} {key}");
        return inner.DeleteAsync(type, key, options, cancellationToken);
    }

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken)
    {
        Note($"evict {pod}");
        return inner.EvictAsync(pod, uid, cancellationToken);
    }

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => inner.WatchAsync(type, @namespace, options, cancellationToken);

    private void Note(string write)
    {
        Before(write);
        Writes.Add(write);
    }
}
