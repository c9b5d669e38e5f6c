using System.Text.Json.Nodes;

namespace Bascule.Kube.Leader;

/// <summary>
/// A client that writes only while this process leads, so that two never write side by side: one that was frozen past its
/// lease, or whose passes go on for a while after it was lost, would undo what the next leader does from what it knew
/// before. Reads go through at any time.
/// </summary>
/// <remarks>
/// Writes throw <see cref="NotLeaderException"/> when the time is over, before or after they were sent. What the server
/// makes of one that was given up on its way cannot be known, as with any answer that is lost.
/// </remarks>
/// <param name="inner">The client that does the work.</param>
/// <param name="leadership">Whether this process leads.</param>
/// <param name="time">Measures how long writes take.</param>
public sealed class FencedClient(IKubeClient inner, ILeadership leadership, TimeProvider time) : IKubeClient
{
    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        inner.GetAsync(type, key, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        inner.ListAsync(type, @namespace, options, cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        LeadingAsync(token => inner.CreateAsync(type, @namespace, body, token), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        LeadingAsync(token => inner.UpdateAsync(type, key, body, subresource, token), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        LeadingAsync(token => inner.PatchAsync(type, key, patch, subresource, token), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) =>
        LeadingAsync(token => DoneAsync(inner.DeleteAsync(type, key, options, token)), cancellationToken);

    /// <inheritdoc/>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) =>
        LeadingAsync(token => DoneAsync(inner.EvictAsync(pod, uid, token)), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, CancellationToken cancellationToken) =>
        inner.WatchAsync(type, @namespace, options, cancellationToken);

    private Task<T> LeadingAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        if (leadership.TimeToWrite is not { } limit)
            return Task.FromException<T>(new NotLeaderException());

        // Without a limit there is nothing to add to the write: its own task costs no second throw of a refusal.
        return limit == Timeout.InfiniteTimeSpan ? write(cancellationToken) : WithinAsync(write, limit, cancellationToken);
    }

    private async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> write, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await write(either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new NotLeaderException();
        }
    }

    private static async Task<bool> DoneAsync(Task write)
    {
        await write;
        return true;
    }
}
