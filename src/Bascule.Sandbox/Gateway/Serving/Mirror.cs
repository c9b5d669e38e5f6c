using Bascule.Sandbox.Gateway.Backends;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

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

    private readonly HttpMessageInvoker _client = GatewayClient.Create();
    private int _underWay;

    /// <summary>
    /// Sends a copy, later: the caller does not wait. Must be called while the client's request is alive, since it is read
    /// before the call returns.
    /// </summary>
    /// <param name="context">The client's request.</param>
    /// <param name="body">Its body; null when it has none.</param>
    /// <param name="target">Its target.</param>
    /// <param name="pool">Who gets the copy.</param>
    public void Send(HttpContext context, byte[]? body, RouteTarget target, BackendPool pool)
    {
        if (pool.Choose(pool.KeyOf(context), 0) is not { } backend || Interlocked.Increment(ref _underWay) > Bound)
        {
            Interlocked.Decrement(ref _underWay);
            metrics.MirrorDropped();
            return;
        }

        var copy = Copy(context, body, target, backend);
        _ = Task.Run(() => SendAsync(copy, target, backend));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Copy(HttpContext context, byte[]? body, RouteTarget target, Backend backend)
    {
        var request = context.Request;
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), RequestUtilities.MakeDestinationAddress(backend.Prefix, request.Path, request.QueryString));
        if (body is not null)
            copy.Content = new ByteArrayContent(body);
        foreach (var (name, values) in request.Headers.Where(h => RequestHeaders.IsPassedOn(h.Key)))
        {
            foreach (var value in values)
                RequestHeaders.Add(copy, name, value);
        }

        target.Transformer.Edit(context, copy, backend.Prefix);
        copy.Headers.Host = ShadowHost(copy.Headers.Host ?? request.Host.Value ?? "");
        return copy;
    }

    /// <summary>As Envoy marks copies, so that a service can tell them by their host.</summary>
    private static string ShadowHost(string host) => new HostString(host) is { Port: { } port } withPort ? $"{withPort.Host}-shadow:{port}" : host + "-shadow";

    private async Task SendAsync(HttpRequestMessage copy, RouteTarget target, Backend backend)
    {
        var begun = time.GetTimestamp();
        var status = StatusCodes.Status503ServiceUnavailable;
        try
        {
            using var bound = new CancellationTokenSource(s_timeout, time);
            using var answer = await _client.SendAsync(copy, bound.Token);
            status = (int)answer.StatusCode;
            // Read to the end, so that the connection serves the next copy.
            await answer.Content.CopyToAsync(Stream.Null, bound.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody waits for it. The count of answers shows it as unavailable.
        }
        finally
        {
            copy.Dispose();
            Interlocked.Decrement(ref _underWay);
            metrics.Mirrored(target, backend, status, time.GetElapsedTime(begun));
        }
    }
}
