using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Api;

/// <summary>
/// The API without HTTP, for components of the same process and for simulations. Every call but a watch that waits
/// completes before it returns.
/// </summary>
public sealed class DirectClient : IKubeClient
{
    private readonly ApiServer _server;
    private readonly string _manager;

    /// <summary>Makes a client.</summary>
    /// <param name="server">Who answers.</param>
    /// <param name="manager">The field manager of its writes.</param>
    public DirectClient(ApiServer server, string manager)
    {
        _server = server;
        _manager = manager;
    }

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        Answer(() => Read(type, _server.Get(_server.Resource(type), key)), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken) =>
        Answer(
            () =>
            {
                var page = _server.List(_server.Resource(type), @namespace, new() { Labels = LabelSelector.Parse(options.LabelSelector), Fields = FieldSelector.Parse(options.FieldSelector, type) });
                return new KubeList([.. page.Items.Select(item => Read(type, item))], page.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        Answer(() => Read(type, _server.Create(_server.Resource(type), @namespace, Copy(body), Options())), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        Answer(() => Read(type, _server.Update(_server.Resource(type), key, Copy(body), subresource, Options())), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken) =>
        Answer(() => Read(type, _server.Patch(_server.Resource(type), key, patch, subresource, Options(patch.FieldManager))), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken) =>
        Answer(
            () => _server.Delete(_server.Resource(type), key, new()
            {
                Propagation = options.Propagation,
                Uid = options.PreconditionUid,
                ResourceVersion = options.PreconditionResourceVersion,
                GracePeriodSeconds = options.GracePeriodSeconds,
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken) =>
        Answer(() => _server.Evict(_server.Resource(ResourceTypes.Pods), pod, new() { Uid = uid }), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = _server.Watch(_server.Resource(type), @namespace, new()
        {
            Labels = LabelSelector.Parse(options.LabelSelector),
            Fields = FieldSelector.Parse(options.FieldSelector, type),
            ResourceVersion = options.ResourceVersion,
            SendInitialEvents = options.SendInitialEvents ? true : null,
        });
        while (await watch.WaitAsync(cancellationToken))
        {
            while (watch.TryRead(out var next))
                yield return new(next.Type, next.Object is null ? Bookmark(type, next) : Read(type, next.Object));
        }
    }

    private static JsonObject Copy(JsonObject body) => (JsonObject)body.DeepClone();

    private static KubeObject Bookmark(ResourceType type, ApiEvent bookmark) => KubeObject.Parse(WatchLines.Bookmark(type, bookmark));

    // A refusal is a faulted task, as over HTTP, not an exception thrown by the call itself.
    private static Task<T> Answer<T>(Func<T> answer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(answer());
        }
        catch (KubeException refusal)
        {
            return Task.FromException<T>(refusal);
        }
    }

    private KubeObject Read(ResourceType type, Storage.StoredObject stored) => KubeObject.Parse(ApiServer.Present(_server.Resource(type), stored).Span);

    private WriteOptions Options(string? manager = null) => new() { Manager = manager ?? _manager, Validation = FieldValidation.Ignore };
}
