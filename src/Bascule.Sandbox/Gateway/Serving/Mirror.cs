using System.Net.Sockets;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>
/// Sends copies of requests, and throws their answers away. It has connections of its own and a bound on what is under
/// way, so that a mirror that is slow, broken or down takes nothing from those who are answered.
/// </summary>
internal sealed class Mirror(TimeProvider time, GatewayMetrics metrics) : IDisposable
{
    /// <summary>More copies than these under way at once are not sent: the mirror is too slow for the traffic.</summary>
    private const int Bound = 512;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Upstreams _upstreams = new(time);
    private int _underWay;

    /// <summary>
    /// Sends a copy, later: the caller does not wait. Must be called while the client's request is alive, since it is read
    /// before the call returns.
    /// </summary>
    /// <param name="client">The client, with its request.</param>
    /// <param name="body">Its body; null when it has none.</param>
    /// <param name="target">Its target.</param>
    /// <param name="pool">Who gets the copy.</param>
    public void Send(ClientConnection client, byte[]? body, RouteTarget target, BackendPool pool)
    {
        if (pool.Choose(pool.KeyOf(client.Request), 0) is not { } backend || Interlocked.Increment(ref _underWay) > Bound)
        {
            Interlocked.Decrement(ref _underWay);
            metrics.MirrorDropped();
            return;
        }

        var copy = new MessageBuffer();
        target.Writer.WriteCopy(client.Request, body?.Length, client.Headers, copy);
        copy.Write(body);
        var method = client.Request.Method;
        _ = Task.Run(() => SendAsync(copy.Written, method, target, backend));
    }

    /// <summary>Closes connections that are not used.</summary>
    public void CloseOld() => _upstreams.CloseOld();

    /// <inheritdoc/>
    public void Dispose() => _upstreams.Dispose();

    private async Task SendAsync(ReadOnlyMemory<byte> copy, string method, RouteTarget target, Backend backend)
    {
        var begun = time.GetTimestamp();
        var status = StatusCodes.Status503ServiceUnavailable;
        try
        {
            status = await ExchangeAsync(copy, method, backend);
        }
        catch (Exception e) when (e is WireLostException or BadMessageException or SocketException or ObjectDisposedException)
        {
            // Nobody waits for it. The count of answers shows it as unavailable.
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            metrics.Mirrored(target, backend, status, time.GetElapsedTime(begun));
        }
    }

    private async Task<int> ExchangeAsync(ReadOnlyMemory<byte> copy, string method, Backend backend)
    {
        var upstream = _upstreams.Take(backend.Address, mayFail: false) ?? await _upstreams.ConnectAsync(backend.Address);
        try
        {
            await using var bound = time.CreateTimer(static u => ((Upstream)u!).Dispose(), upstream, s_timeout, Timeout.InfiniteTimeSpan);
            await upstream.Wire.SendAsync(copy);
            while (!upstream.Take(await upstream.Wire.ReadHeadAsync(), method))
            {
                // The pod asks for patience.
            }

            // Read to the end, so that the connection serves the next copy.
            var body = new BodyReader(upstream.Wire, upstream.Head.Body);
            while (!body.IsDone)
                await body.ReadAsync();
        }
        catch
        {
            upstream.Dispose();
            throw;
        }

        if (upstream.Head.KeepsAlive)
            _upstreams.Return(upstream);
        else
            upstream.Dispose();
        return upstream.Head.Status;
    }
}
