using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Bascule.Kube.Tests.Shared;

/// <summary>A client over another one that counts, refuses and breaks what the test says.</summary>
#pragma warning disable CA1001 // A source without a timer holds nothing to dispose of.
internal sealed class TestClient(IKubeClient inner) : IKubeClient
#pragma warning restore CA1001
{
    private CancellationTokenSource _cut = new();
    private int _watches;
    private int _lists;
    private int _writes;

    public int Watches => Volatile.Read(ref _watches);

    public int Lists => Volatile.Read(ref _lists);

    public int Writes => Volatile.Read(ref _writes);

    /// <summary>What the watches asked for, in order.</summary>
    public List<WatchOptions> Asked { get; } = [];

    /// <summary>Thrown before each call that it returns something for, which is given the verb.</summary>
    public Func<string, Exception?> Refuse { get; set; } = _ => null;

    /// <summary>Waited for before each write reaches the server.</summary>
    public Func<CancellationToken, Task> Hold { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a server too old for streaming lists does with the request.</summary>
    public bool IsSilentOnStreamingLists { get; set; }

    /// <summary>Breaks all watches that run.</summary>
    public void CutWatches() => Interlocked.Exchange(ref _cut, new CancellationTokenSource()).Cancel();

    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken)
    {
        Check("get");
        return inner.GetAsync(type, key, cancellationToken);
    }

    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        Check("list");
        return inner.ListAsync(type, @namespace, options, cancellationToken);
    }

    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        WriteAsync("create", () => inner.CreateAsync(type, @namespace, body, cancellationToken), cancellationToken);

    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        WriteAsync("update", () => inner.UpdateAsync(type, key, body, subresource, cancellationToken), cancellationToken);

    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        WriteAsync("patch", () => inner.PatchAsync(type, key, patch, subresource, cancellationToken), cancellationToken);

    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        Check("delete");
        return inner.DeleteAsync(type, key, options, cancellationToken);
    }

    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken)
    {
        Check("evict");
        return inner.EvictAsync(pod, uid, cancellationToken);
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _watches);
        lock (Asked)
            Asked.Add(options);
        Check("watch");
        if (IsSilentOnStreamingLists && options.SendInitialEvents)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        var cut = _cut.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        await using var events = inner.WatchAsync(type, @namespace, options, either.Token).GetAsyncEnumerator(either.Token);
        while (await NextAsync(events, cut))
            yield return events.Current;
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<WatchEvent> events, CancellationToken cut)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            throw new KubeException(System.Net.HttpStatusCode.ServiceUnavailable, "Unreachable", "the test cut the watch");
        }
    }

    private async Task<KubeObject> WriteAsync(string verb, Func<Task<KubeObject>> write, CancellationToken cancellationToken)
    {
        await Hold(cancellationToken);
        Interlocked.Increment(ref _writes);
        Check(verb);
        return await write();
    }

    private void Check(string verb)
    {
        if (Refuse(verb) is { } exception)
            throw exception;
    }
}
