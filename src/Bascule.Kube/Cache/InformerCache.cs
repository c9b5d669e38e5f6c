using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Cache;

/// <summary>The cluster as controllers see it: one informer per type, kept current by list and watch.</summary>
public sealed class InformerCache : IVersionedCache, IAsyncDisposable
{
    /// <summary>Makes an empty cache; add types, then start.</summary>
    public InformerCache(IKubeClient client, TimeProvider time, Random random, ILogger<InformerCache> logger) => throw new NotImplementedException();

    /// <summary>True when every type has been listed once.</summary>
    public bool HasSynced => throw new NotImplementedException();

    /// <summary>Keeps a type. Call before <see cref="Start"/>.</summary>
    public void Add(ResourceType type, InformerOptions options) => throw new NotImplementedException();

    /// <summary>
    /// Calls <paramref name="handler"/> for each change of the type after it is in the cache, one at a time, on the
    /// informer's loop: it must only note what to do (add a key to a queue). Call before <see cref="Start"/>.
    /// </summary>
    public void OnChange(ResourceType type, Action<ObjectChange> handler) => throw new NotImplementedException();

    /// <summary>Begins to list and watch.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>Completes when <see cref="HasSynced"/>.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public KubeObject? Get(ResourceType type, ObjectKey key) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> List(ResourceType type, string? @namespace) => throw new NotImplementedException();

    /// <inheritdoc/>
    public IReadOnlyList<KubeObject> OwnedBy(ResourceType type, string controllerUid) => throw new NotImplementedException();

    /// <inheritdoc/>
    public string? ResourceVersionSeen(ResourceType type) => throw new NotImplementedException();

    /// <summary>Ends the watches and waits for their loops.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
