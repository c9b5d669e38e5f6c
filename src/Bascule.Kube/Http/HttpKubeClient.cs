using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube.Config;

namespace Bascule.Kube.Http;

/// <summary>The Kubernetes API over HTTP, for any cluster. Thread-safe; one instance per cluster is enough.</summary>
/// <param name="connection">The server.</param>
/// <param name="time">Bounds requests and waits before retries.</param>
/// <param name="random">Seeds the spread of retries.</param>
public sealed class HttpKubeClient(KubeConnection connection, TimeProvider time, Random random) : IKubeClient, IDisposable
{
    /// <summary>The field manager of server-side apply when the caller names none.</summary>
    private const string OwnFieldManager = "bascule";

    /// <summary>A list that keeps expiring while it is read is given up after this many beginnings.</summary>
    private const int MostListStarts = 3;

    private readonly KubeTransport _transport = new(connection, time, random);

    /// <summary>The server this talks to.</summary>
    public KubeConnection Connection => _transport.Connection;

    /// <inheritdoc/>
    public Task<KubeObject> GetAsync(ResourceType type, ObjectKey key, CancellationToken cancellationToken) =>
        SendAsync(KubeCall.Get(PathOf(type, key, null)), cancellationToken);

    /// <inheritdoc/>
    public async Task<KubeList> ListAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        for (var starts = 1; ; starts++)
        {
            try
            {
                return await ListPagesAsync(type, @namespace, options, cancellationToken);
            }
            catch (KubeException exception) when (exception.IsExpired && starts < MostListStarts)
            {
                // The version the pages are cut from is no longer kept: half a list is none, begin again.
            }
        }
    }

    /// <inheritdoc/>
    public Task<KubeObject> CreateAsync(ResourceType type, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(new KubeCall(HttpMethod.Post, type.Path(Checked(@namespace, "namespace"))).With(body), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> UpdateAsync(ResourceType type, ObjectKey key, JsonObject body, string? subresource, CancellationToken cancellationToken) =>
        SendAsync(new KubeCall(HttpMethod.Put, PathOf(type, key, subresource)).With(body), cancellationToken);

    /// <inheritdoc/>
    public Task<KubeObject> PatchAsync(ResourceType type, ObjectKey key, Patch patch, string? subresource, CancellationToken cancellationToken)
    {
        var contentType = patch.Type switch
        {
            PatchType.Merge => "application/merge-patch+json",
            PatchType.Json => "application/json-patch+json",
            PatchType.StrategicMerge => "application/strategic-merge-patch+json",
            PatchType.Apply => "application/apply-patch+yaml",
        };
        var query = new QueryString(PathOf(type, key, subresource))
            .Add("fieldManager", patch.FieldManager ?? (patch.Type == PatchType.Apply ? OwnFieldManager : null))
            .Add("force", patch.Type == PatchType.Apply && patch.Force ? "true" : null);
        return SendAsync(new KubeCall(HttpMethod.Patch, query.ToString()).With(patch.Body, contentType), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ResourceType type, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["propagationPolicy"] = options.Propagation.ToString() };
        if (options.GracePeriodSeconds is { } seconds)
            body["gracePeriodSeconds"] = seconds;
        var preconditions = new JsonObject();
        if (options.PreconditionUid is { } uid)
            preconditions["uid"] = uid;
        if (options.PreconditionResourceVersion is { } version)
            preconditions["resourceVersion"] = version;
        if (preconditions.Count > 0)
            body["preconditions"] = preconditions;

        // The answer is the object or a Status, and of no interest.
        await _transport.SendAsync(new KubeCall(HttpMethod.Delete, PathOf(type, key, null)).With(body), static _ => true, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task EvictAsync(ObjectKey pod, string uid, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = pod.Namespace },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = uid } },
        };
        await _transport.SendAsync(new KubeCall(HttpMethod.Post, PathOf(ResourceTypes.Pods, pod, "eviction")) { TakesRefusal = true }.With(body), static _ => true, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new QueryString(type.Path(Checked(@namespace, "namespace")))
            .Add("watch", "true")
            .Add("allowWatchBookmarks", options.AllowBookmarks || options.SendInitialEvents ? "true" : null)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("sendInitialEvents", options.SendInitialEvents ? "true" : null)
            .Add("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("timeoutSeconds", options.Timeout is { } timeout ? (long)Math.Ceiling(timeout.TotalSeconds) : null);
        var call = KubeCall.Get(query.ToString());
        using var response = await _transport.SendAsync(call, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var events = WatchStream.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(events, call))
            yield return events.Current;
    }

    /// <summary>Reads a path as text, such as <c>/version</c> or <c>/api/v1/namespaces/a/pods/b/log?tailLines=10</c>.</summary>
    /// <param name="pathAndQuery">The path, escaped, with a leading slash.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="KubeException">The server refused, or did not answer.</exception>
    public Task<string> GetTextAsync(string pathAndQuery, CancellationToken cancellationToken) =>
        _transport.SendAsync(KubeCall.Get(pathAndQuery) with { Accept = "*/*" }, static body => Encoding.UTF8.GetString(body.Span), cancellationToken);

    /// <summary>Opens a path whose answer has no end, such as a log with <c>follow=true</c>; dispose the stream to stop.</summary>
    /// <param name="pathAndQuery">The path, escaped, with a leading slash.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="KubeException">The server refused, or did not answer.</exception>
    public async Task<Stream> OpenStreamAsync(string pathAndQuery, CancellationToken cancellationToken)
    {
        // Disposing the stream ends the response with it.
        var response = await _transport.SendAsync(KubeCall.Get(pathAndQuery) with { Accept = "*/*" }, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private static string PathOf(ResourceType type, ObjectKey key, string? subresource)
    {
        Checked(key.Namespace, "namespace");
        if (key.Name.Length == 0)
            throw new KubeException(HttpStatusCode.BadRequest, "BadRequest", $"{type}: found no name, expected the name of an object");
        Checked(key.Name, "name");
        if (type.Namespaced && key.Namespace is null)
            throw new KubeException(HttpStatusCode.BadRequest, "BadRequest", $"{type} \"{key.Name}\": found no namespace, expected one");
        return type.Path(key, subresource);
    }

    /// <summary>A name that would change the path is refused here, because the request would be about something else.</summary>
    private static string? Checked(string? segment, string what) =>
        segment is "." or ".." || segment?.AsSpan().IndexOfAny("/%?#\\") >= 0
            ? throw new KubeException(HttpStatusCode.BadRequest, "BadRequest", $"\"{segment}\" is not a {what}: it may not be '.' or '..' nor contain '/', '\\', '%', '?' or '#'")
            : segment;

    private async Task<KubeObject> SendAsync(KubeCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _transport.SendAsync(call, static body => KubeObject.Parse(body.Span), cancellationToken);
        }
        catch (JsonException exception)
        {
            throw NotKubernetes(call, exception);
        }
    }

    private async Task<KubeList> ListPagesAsync(ResourceType type, string? @namespace, ListOptions options, CancellationToken cancellationToken)
    {
        List<KubeObject>? all = null;
        string? next = null;
        while (true)
        {
            var query = new QueryString(type.Path(Checked(@namespace, "namespace")))
                .Add("labelSelector", options.LabelSelector)
                .Add("fieldSelector", options.FieldSelector)
                .Add("limit", options.PageSize > 0 ? options.PageSize : null)
                .Add("continue", next);
            var call = KubeCall.Get(query.ToString());
            JsonBytes.ListPage page;
            try
            {
                page = await _transport.SendAsync(call, static body => JsonBytes.ReadList(body.Span), cancellationToken);
            }
            catch (JsonException exception)
            {
                throw NotKubernetes(call, exception);
            }

            if (all is null)
                all = page.Items;
            else
                all.AddRange(page.Items);
            if (page.Continue is null)
                return new KubeList(all, page.ResourceVersion);
            next = page.Continue;
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<WatchEvent> events, KubeCall call)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw StatusErrors.Broken(Connection, call.ToString(), exception);
        }
        catch (JsonException exception)
        {
            throw NotKubernetes(call, exception);
        }
    }

    private KubeException NotKubernetes(KubeCall call, JsonException exception) =>
        new(HttpStatusCode.BadGateway, "", $"{call}: {Connection} answered with something that is not Kubernetes JSON: {exception.Message}", exception);
}
