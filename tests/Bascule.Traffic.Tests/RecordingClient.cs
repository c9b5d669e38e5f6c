using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Traffic.Tests;

/// <summary>Keeps what is written through it.</summary>
internal sealed class RecordingClient(IKubeClient inner) : IKubeClient
{
    public List<string> Writes { get; } = [];

    /// <summary>Runs before each write.</summary>
    public Action? Before { get; set; }

    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) => inner.GetAsync(type, key, cancellationToken);

    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        inner.ListAsync(type, @namespace, options, cancellationToken);

    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken)
    {
        Note($"create {type.Kind} {body.ToJsonString()}");
        return inner.CreateAsync(type, @namespace, body, cancellationToken);
    }

    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken)
    {
        Note($"update {type.Kind} {body.ToJsonString()}");
        return inner.UpdateAsync(type, key, body, subresource, cancellationToken);
    }

    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        Note($"patch {type.Kind} {patch.Body.ToJsonString()}");
        return inner.PatchAsync(type, key, patch, subresource, cancellationToken);
    }

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        Note($"delete {type.Kind} {key.Name}");
        return inner.DeleteAsync(type, key, options, cancellationToken);
    }

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) => inner.EvictAsync(pod, uid, cancellationToken);

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        inner.WatchAsync(type, @namespace, options, cancellationToken);

    private void Note(string write)
    {
        Before?.Invoke();
        Writes.Add(write);
    }
}
