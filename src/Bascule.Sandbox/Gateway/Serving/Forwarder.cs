using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Sends one request to one pod, and its answer back, as both come.</summary>
/// <param name="upstreams">The connections to pods.</param>
internal sealed class Forwarder(Upstreams upstreams)
{
    /// <summary>A piece of a body that is shorter travels in one packet with the head, in bytes.</summary>
    private const int Coalesced = 16 * 1024;

    private static readonly byte[] s_goOn = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    /// <summary>Forwards the client's request. It answers for the pod when that fails.</summary>
    /// <param name="client">The client, with its request.</param>
    /// <param name="backend">The pod.</param>
    /// <param name="writer">Writes both heads.</param>
    /// <param name="recording">Keeps the request's content; null when nobody asks.</param>
    /// <returns>False when the pod took no connection: nothing was sent to anybody, and another pod may be tried.</returns>
    /// <exception cref="WireLostException">The client is gone, or cannot be told that its answer broke but by closing its connection.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> SendAsync(ClientConnection client, Backend backend, MessageWriter writer, BodyRecording? recording)
    {
        client.Message.Clear();
        writer.WriteRequest(client.Request, client.Headers, client.Message);
        var idle = upstreams.Take(backend.Address, mayFail: client.Request.Body.Kind == BodyKind.None);
        while (true)
        {
            var upstream = idle ?? await ConnectAsync(backend);
            if (upstream is null)
                return false;
            client.WaitFor(upstream);
            try
            {
                var isReusable = await ExchangeAsync(client, upstream, writer, recording);
                if (client.Release(upstream) && isReusable)
                    upstreams.Return(upstream);
                else
                    upstream.Dispose();
                return true;
            }
            catch (WireLostException e) when (e.Wire == upstream.Wire && idle is not null && upstream.Wire.Unread.IsEmpty && client is { Status: 0, GaveUp: null, Request.Body.Kind: BodyKind.None })
            {
                // It closed just as the request came, unread: a new connection has not that chance.
                client.Release(upstream);
                upstream.Dispose();
                idle = null;
            }
            catch (Exception e) when (e is WireLostException or BadMessageException)
            {
                client.Release(upstream);
                upstream.Dispose();
                await FailAsync(client, upstream, e);
                return true;
            }
        }
    }

    private async ValueTask<Upstream?> ConnectAsync(Backend backend)
    {
        try
        {
            return await upstreams.ConnectAsync(backend.Address);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Tells the client of a failure, when it can be told.</summary>
    private static async ValueTask FailAsync(ClientConnection client, Upstream upstream, Exception failure)
    {
        client.End();
        var isLost = (failure as WireLostException)?.Wire == client.Wire || client.GaveUp == GaveUp.ClientGone;
        if (isLost || client.Status != 0)
            throw new WireLostException(isLost ? client.Wire : upstream.Wire, failure);
        var (status, why) = client.GaveUp ?? new GaveUp(
            StatusCodes.Status502BadGateway,
            failure is BadMessageException ? $"the pod at {upstream.Address} did not answer in HTTP/1.1: {failure.Message}" : $"the pod at {upstream.Address} closed the connection before it answered");
        await client.RefuseAsync(status, why);
    }

    /// <returns>Whether the pod's connection may serve again.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<bool> ExchangeAsync(ClientConnection client, Upstream upstream, MessageWriter writer, BodyRecording? recording)
    {
        var request = client.Request;
        if (request.Body.Kind == BodyKind.None)
        {
            await upstream.Wire.SendAsync(client.Message.Written);
        }
        else
        {
            if (request.WaitsToGoOn)
                await client.Wire.SendAsync(s_goOn);
            BeginBody(client, upstream, recording);
        }

        while (!upstream.Take(await upstream.Wire.ReadHeadAsync(), request.Method))
        {
            // The pod asks for patience.
        }

        if (upstream.Head.Status == StatusCodes.Status101SwitchingProtocols)
        {
            await SwitchAsync(client, upstream, writer);
            return false;
        }

        await AnswerAsync(client, upstream, writer);
        await client.BodyAsync();
        return upstream.Head.KeepsAlive && !client.MustEnd;
    }

    /// <summary>A method of its own: what it captures is made for requests with a body alone.</summary>
    private static void BeginBody(ClientConnection client, Upstream upstream, BodyRecording? recording) =>
        client.ReadBody(() => SendBodyAsync(client, upstream, recording));

    /// <summary>Sends the request with its body. What fails is found out by whoever waits for the answer.</summary>
    private static async Task SendBodyAsync(ClientConnection client, Upstream upstream, BodyRecording? recording)
    {
        try
        {
            var body = new BodyReader(client.Wire, client.Request.Body) { Content = recording is null ? null : recording.Keep };
            await SendAsync(body, upstream.Wire, client.Message);
            recording?.Complete();
        }
        catch (WireLostException e) when (e.Wire == client.Wire)
        {
            client.End();
            client.GiveUp(GaveUp.ClientGone);
        }
        catch (BadMessageException e)
        {
            client.End();
            client.GiveUp(GaveUp.BadRequest(e.Message));
        }
        catch (WireLostException)
        {
            // A pod that reads no more may have answered why.
            client.End();
        }
    }

    private static async ValueTask AnswerAsync(ClientConnection client, Upstream upstream, MessageWriter writer)
    {
        var (head, answer) = (upstream.Head, client.Answer);
        // Old clients know no chunks: they get the content, and its end is the connection's.
        var isUnpacked = client.Request.IsOld && head.Body.Kind == BodyKind.Chunked;
        if (isUnpacked || head.Body.Kind == BodyKind.UntilClose)
            client.End();
        client.Begin(head.Status);
        answer.Clear();
        writer.WriteAnswer(head, client.ConnectionHeader, head.Body.Kind == BodyKind.Chunked && !isUnpacked, client.Cookie, answer);
        if (head.Body.Kind == BodyKind.None)
            await client.Wire.SendAsync(answer.Written);
        else if (isUnpacked)
            await UnpackAsync(new BodyReader(upstream.Wire, head.Body) { Content = answer.Write }, client.Wire, answer);
        else
            await SendAsync(new BodyReader(upstream.Wire, head.Body), client.Wire, answer);
    }

    /// <summary>Sends a head and the body behind it.</summary>
    private static async ValueTask SendAsync(BodyReader body, Wire to, MessageBuffer head)
    {
        var piece = body.Take();
        if (piece.Length <= Coalesced)
        {
            head.Write(piece.Span);
            piece = default;
        }

        await to.SendAsync(head.Written);
        await to.SendAsync(piece);
        while (!body.IsDone)
            await to.SendAsync(await body.ReadAsync());
    }

    /// <summary>Sends a head and the content behind it, which the body writes to the head.</summary>
    private static async ValueTask UnpackAsync(BodyReader body, Wire to, MessageBuffer head)
    {
        _ = body.Take();
        await to.SendAsync(head.Written);
        while (!body.IsDone)
        {
            head.Clear();
            _ = await body.ReadAsync();
            await to.SendAsync(head.Written);
        }
    }

    /// <summary>From here on both ends speak another protocol, such as WebSocket.</summary>
    private static async ValueTask SwitchAsync(ClientConnection client, Upstream upstream, MessageWriter writer)
    {
        client.End();
        client.Begin(upstream.Head.Status);
        client.Answer.Clear();
        writer.WriteAnswer(upstream.Head, "Upgrade"u8, isChunked: false, client.Cookie, client.Answer);
        await client.Wire.SendAsync(client.Answer.Written);
        client.ReadBody(() => CopyAsync(client.Wire, upstream.Wire));
        await CopyAsync(upstream.Wire, client.Wire);
        await client.Body;
    }

    private static async Task CopyAsync(Wire from, Wire to)
    {
        try
        {
            do
            {
                var piece = from.Unread;
                from.Skip(piece.Length);
                await to.SendAsync(piece);
            }
            while (await from.FillAsync());
            to.EndSending();
        }
        catch (WireLostException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
