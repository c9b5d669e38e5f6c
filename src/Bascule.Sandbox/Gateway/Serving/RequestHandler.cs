using System.Globalization;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Answers one request: finds its rule, chooses a pod, sends it on, and counts.</summary>
internal sealed class RequestHandler(IHttpForwarder forwarder, GatewayMetrics metrics, TimeProvider time, Random random) : IDisposable
{
    /// <summary>Pods that are tried for one request. Only one that refuses the connection is passed over: nothing was sent to it.</summary>
    private const int Tries = 3;

    /// <summary>Bytes of a request's body that are kept for a copy.</summary>
    private const int MirroredBody = 1024 * 1024;

    private static readonly ForwarderRequestConfig s_config = new() { Version = System.Net.HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private readonly HttpMessageInvoker _client = GatewayClient.Create();
    private readonly Mirror _mirror = new(time, metrics);
    private volatile RouteTable<Route> _table = RouteTable<Route>.Empty;
    private long _clients = random.NextInt64();

    /// <summary>From now on requests follow this table; those that are under way end as they began.</summary>
    public void Follow(RouteTable<Route> table)
    {
        _table = table;
        // Otherwise each change of a weight would leave the way to the series of its targets behind.
        metrics.Forget();
    }

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (_table.Find(context.Request) is not { } route)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"no route for {context.Request.Host}{context.Request.Path}: look at `kubectl get ingress,httproute,virtualservice -A` and at their events");
            return;
        }

        if (route.Choose() is not { } target)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"all weights of the route are 0 ({route.Forward.Family} {route.Forward.Source})");
            return;
        }

        var begun = time.GetTimestamp();
        var recorder = Mirrored(context, target);
        var backend = await ForwardAsync(context, target);
        if (recorder is not null)
            SendCopies(context, target, recorder.Recorded, hasBody: true);
        metrics.Forwarded(target, backend, context.Request, context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode, time.GetElapsedTime(begun));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _mirror.Dispose();
    }

    private static async Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }

    /// <returns>The last pod that was tried; null when there was none.</returns>
    private async Task<Backend?> ForwardAsync(HttpContext context, RouteTarget target)
    {
        using var bound = Bound(context, target);
        var key = Key(context, target.Pool);
        Backend? backend = null;
        for (var tried = 0; tried < Tries; tried++)
        {
            var next = target.Pool.Choose(key, tried);
            if (next is null)
                break;
            backend = next;
            var error = await forwarder.SendAsync(context, backend.Prefix, _client, s_config, target.Transformer, bound?.Token ?? CancellationToken.None);
            // The forwarder cannot tell the route's patience from the client's.
            if (bound is { IsCancellationRequested: true } && error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
                context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
            if (!WasRefused(context, error))
                return backend;
            context.Response.Clear();
        }

        var service = target.Target.Service;
        await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"no pod of Service {service.Namespace}/{service.Name} {(backend is null ? "is ready" : "takes connections")}");
        return backend;
    }

    private static bool WasRefused(HttpContext context, ForwarderError error) =>
        error == ForwarderError.Request && !context.Response.HasStarted
        && context.GetForwarderErrorFeature()?.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError };

    private CancellationTokenSource? Bound(HttpContext context, RouteTarget target)
    {
        if (target.Forward.Timeout is not { } timeout)
            return null;
        var bound = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        // A timer of the gateway's clock; the source's own would be the machine's.
        context.Response.RegisterForDispose(time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), bound, timeout, Timeout.InfiniteTimeSpan));
        return bound;
    }

    /// <summary>What the client is known by; one who should have a cookie and has none gets one.</summary>
    private string? Key(HttpContext context, BackendPool pool)
    {
        var key = pool.KeyOf(context);
        if (key is not null || pool.Service.Stickiness is not { Kind: StickinessKind.Cookie, CookieTtl: { } ttl } cookie)
            return key;
        key = Interlocked.Increment(ref _clients).ToString("x16", CultureInfo.InvariantCulture);
        context.Response.OnStarting(() =>
        {
            context.Response.Cookies.Append(cookie.Name, key, new CookieOptions { HttpOnly = true, Path = cookie.CookiePath, MaxAge = ttl > TimeSpan.Zero ? ttl : null });
            return Task.CompletedTask;
        });
        return key;
    }

    /// <summary>Sends copies of a request without a body at once. With one, they are sent when the pod has read it.</summary>
    private RecordingStream? Mirrored(HttpContext context, RouteTarget target)
    {
        if (target.Mirrors.IsEmpty)
            return null;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            SendCopies(context, target, null, hasBody: false);
            return null;
        }

        var recorder = new RecordingStream(context.Request.Body, MirroredBody);
        context.Request.Body = recorder;
        return recorder;
    }

    private void SendCopies(HttpContext context, RouteTarget target, byte[]? body, bool hasBody)
    {
        foreach (var mirror in target.Mirrors)
        {
            if (mirror.Choice.Next() != 0)
                continue;
            if (hasBody && body is null)
                metrics.MirrorDropped();
            else
                _mirror.Send(context, body, target, mirror.Pool);
        }
    }
}
