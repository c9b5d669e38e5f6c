using System.Globalization;
using System.Runtime.CompilerServices;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Answers one request: finds its rule, chooses a pod, sends it on, and counts.</summary>
internal sealed class RequestHandler : IDisposable
{
    /// <summary>Pods that are tried for one request. Only one that refuses the connection is passed over: nothing was sent to it.</summary>
    private const int Tries = 3;

    /// <summary>Bytes of a request's body that are kept for a copy.</summary>
    private const int MirroredBody = 1024 * 1024;

    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Upstreams _upstreams;
    private readonly Forwarder _forwarder;
    private readonly Mirror _mirror;
    private volatile RouteTable<Route> _table = RouteTable<Route>.Empty;
    private long _clients;

    /// <summary>Has no routes until it is given some.</summary>
    public RequestHandler(GatewayMetrics metrics, TimeProvider time, Random random)
    {
        (_metrics, _time, _clients) = (metrics, time, random.NextInt64());
        _upstreams = new Upstreams(time);
        _forwarder = new Forwarder(_upstreams);
        _mirror = new Mirror(time, metrics);
    }

    /// <summary>From now on requests follow this table; those that are under way end as they began.</summary>
    public void Follow(RouteTable<Route> table)
    {
        _table = table;
        // Otherwise each change of a weight would leave the way to the series of its targets behind.
        _metrics.Forget();
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="WireLostException">The client is gone.</exception>
    public ValueTask HandleAsync(ClientConnection client)
    {
        var request = client.Request;
        if (_table.Find(request) is not { } route)
            return client.RefuseAsync(StatusCodes.Status404NotFound, $"no route for {request.Authority}{request.Path}: look at `kubectl get ingress,httproute,virtualservice -A` and at their events");
        if (route.Choose() is not { } target)
            return client.RefuseAsync(StatusCodes.Status503ServiceUnavailable, $"all weights of the route are 0 ({route.Forward.Family} {route.Forward.Source})");
        return ForwardAsync(client, target);
    }

    /// <summary>Closes connections to pods that are not used.</summary>
    public void CloseOld()
    {
        _upstreams.CloseOld();
        _mirror.CloseOld();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upstreams.Dispose();
        _mirror.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ForwardAsync(ClientConnection client, RouteTarget target)
    {
        var begun = _time.GetTimestamp();
        // Awaited at the end, so that a timer that is just running out cannot meet the next request.
        await using var bound = target.Forward.Timeout is { } timeout ? _time.CreateTimer(static c => ((ClientConnection)c!).GiveUp(GaveUp.TooLong), client, timeout, Timeout.InfiniteTimeSpan) : null;
        try
        {
            var recording = Mirrored(client, target);
            var key = Key(client, target.Pool);
            var isAnswered = false;
            for (var tried = 0; !isAnswered && tried < Tries && target.Pool.Choose(key, tried) is { } backend; tried++)
            {
                client.Backend = backend;
                isAnswered = await _forwarder.SendAsync(client, backend, target.Writer, recording);
            }

            if (!isAnswered)
                await RefuseAsync(client, target.Target.Service);
            else if (recording is not null)
                SendCopies(client, target, recording.Whole, hasBody: true);
            _metrics.Forwarded(target, client.Backend, client.Request.Method, client.Status, _time.GetElapsedTime(begun));
        }
        catch (WireLostException e)
        {
            var status = e.Wire == client.Wire ? StatusCodes.Status499ClientClosedRequest : StatusCodes.Status502BadGateway;
            _metrics.Forwarded(target, client.Backend, client.Request.Method, status, _time.GetElapsedTime(begun));
            throw;
        }
    }

    private static ValueTask RefuseAsync(ClientConnection client, ServiceRef service) =>
        client.RefuseAsync(StatusCodes.Status503ServiceUnavailable, $"no pod of Service {service.Namespace}/{service.Name} {(client.Backend is null ? "is ready" : "takes connections")}");

    /// <summary>What the client is known by; one who should have a cookie and has none gets one.</summary>
    private string? Key(ClientConnection client, BackendPool pool)
    {
        var key = pool.KeyOf(client.Request);
        if (key is not null || pool.Service.Stickiness is not { Kind: StickinessKind.Cookie, CookieTtl: { } ttl } cookie)
            return key;
        key = Interlocked.Increment(ref _clients).ToString("x16", CultureInfo.InvariantCulture);
        client.Cookie = new SetCookieHeaderValue(cookie.Name, key) { HttpOnly = true, Path = cookie.CookiePath, MaxAge = ttl > TimeSpan.Zero ? ttl : null }.ToString();
        return key;
    }

    /// <summary>Sends copies of a request without a body at once. With one, they are sent when the pod has read it.</summary>
    private BodyRecording? Mirrored(ClientConnection client, RouteTarget target)
    {
        if (target.Mirrors.IsEmpty)
            return null;
        if (client.Request.Body.Kind != BodyKind.None)
            return new BodyRecording(MirroredBody);
        SendCopies(client, target, null, hasBody: false);
        return null;
    }

    private void SendCopies(ClientConnection client, RouteTarget target, byte[]? body, bool hasBody)
    {
        foreach (var mirror in target.Mirrors)
        {
            if (mirror.Choice.Next() != 0)
                continue;
            if (hasBody && body is null)
                _metrics.MirrorDropped();
            else
                _mirror.Send(client, body, target, mirror.Pool);
        }
    }
}
