using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Metrics.Tests.Jobs;

/// <summary>A client that can be put in trouble, and a cache that is never behind it.</summary>
internal sealed class TestJobClient(IKubeClient inner) : IKubeClient, IObjectCache
{
    /// <summary>What every call is refused with; null to let it through.</summary>
    public KubeException? Trouble { get; set; }

    private IKubeClient Inner => Trouble is null ? inner : throw Trouble;

    public async Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) => await Inner.GetAsync(type, key, cancellationToken);

    public async Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) => await Inner.ListAsync(type, @namespace, options, cancellationToken);

    public async Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) => await Inner.CreateAsync(type, @namespace, body, cancellationToken);

    public async Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) => await Inner.UpdateAsync(type, key, body, subresource, cancellationToken);

    public async Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) => await Inner.PatchAsync(type, key, patch, subresource, cancellationToken);

    public async Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) => await Inner.DeleteAsync(type, key, options, cancellationToken);

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) => Inner.EvictAsync(pod, uid, cancellationToken);

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) => Inner.WatchAsync(type, @namespace, options, cancellationToken);

    public bool Holds(ResourceType type) => true;

    public KubeObject? Get(ResourceType type, ObjectKey key)
    {
        try
        {
            return inner.GetAsync(type, key, CancellationToken.None).Result;
        }
        catch (AggregateException e) when (e.InnerException is KubeException { IsNotFound: true })
        {
            return null;
        }
    }

    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => throw new NotSupportedException();

    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => throw new NotSupportedException();

    public IReadOnlyList<KubeObject> Uncontrolled(ResourceType type, string? @namespace) => throw new NotSupportedException();
}

/// <summary>Dictionaries for tests.</summary>
internal static class Dictionaries
{
    public static ImmutableSortedDictionary<string, string> ToSorted(this Dictionary<string, string> map) => map.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
