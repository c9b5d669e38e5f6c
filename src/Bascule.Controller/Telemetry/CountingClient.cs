using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Controller.Telemetry;

/// <summary>Counts requests to the API (PM-26). One that is repeated on the way counts once, as what came of it.</summary>
/// <param name="inner">The client that does the work.</param>
/// <param name="requests">Where to count.</param>
internal sealed class CountingClient(IKubeClient inner, RequestSeries requests) : IKubeClient
{
    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        CountAsync("Get", type, key, HttpStatusCode.OK, inner.GetAsync(type, key, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        CountAsync("List", type, All(@namespace), HttpStatusCode.OK, inner.ListAsync(type, @namespace, options, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        CountAsync("Create", type, new(@namespace, body["metadata"]?["name"]?.ToString() ?? ""), HttpStatusCode.Created, inner.CreateAsync(type, @namespace, body, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        CountAsync("Update", type, key, HttpStatusCode.OK, inner.UpdateAsync(type, key, body, subresource, cancellationToken));

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        CountAsync("Patch", type, key, HttpStatusCode.OK, inner.PatchAsync(type, key, patch, subresource, cancellationToken));

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) =>
        CountAsync("Delete", type, key, HttpStatusCode.OK, NothingAsync(inner.DeleteAsync(type, key, options, cancellationToken)));

    /// <inheritdoc/>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) =>
        CountAsync("Create", ResourceTypes.Pods, pod, HttpStatusCode.Created, NothingAsync(inner.EvictAsync(pod, uid, cancellationToken)));

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var events = inner.WatchAsync(type, @namespace, options, cancellationToken).GetAsyncEnumerator(cancellationToken);

        // That the server took the watch shows in its first event, which a list before it or a bookmark brings soon.
        if (!await CountAsync("Watch", type, All(@namespace), HttpStatusCode.OK, events.MoveNextAsync().AsTask()))
            yield break;
        do
            yield return events.Current;
        while (await events.MoveNextAsync());
    }

    private async Task<T> CountAsync<T>(string verb, ResourceType type, ObjectKey key, HttpStatusCode success, Task<T> request)
    {
        try
        {
            var answer = await request;
            requests.Count(verb, type, key, success);
            return answer;
        }
        catch (KubeException refused)
        {
            requests.Count(verb, type, key, refused.Code);
            throw;
        }
    }

    private static async Task<bool> NothingAsync(Task request)
    {
        await request;
        return true;
    }

    private static ObjectKey All(string? @namespace) => new(@namespace, "");
}
