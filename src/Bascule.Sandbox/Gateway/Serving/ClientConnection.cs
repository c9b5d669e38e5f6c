using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>One client: its requests, one after the other, and what is under way for the present one.</summary>
/// <param name="socket">Its connection.</param>
/// <param name="time">Tells how long it is silent.</param>
internal sealed class ClientConnection(Socket socket, TimeProvider time) : IDisposable
{
    /// <summary>Longer than clients keep idle connections, so that they and not the gateway close them.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(130);

    /// <summary>For the rest of a head, and for what a client still sends when it was refused.</summary>
    private static readonly TimeSpan s_impatience = TimeSpan.FromSeconds(30);

    /// <summary>A pod may think for so long when its route says nothing.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(100);

    private volatile Phase _phase = Phase.Idle;
    private volatile bool _isStopping;
    // Odd while somebody may read what the client sends, even while nobody does.
    private int _reading = 1;
    private long _since = time.GetTimestamp();
    private Upstream? _upstream;

    private enum Phase
    {
        Idle,
        Answering,
        Waiting,
        Ending,
    }

    /// <summary>The connection.</summary>
    public Wire Wire { get; } = new(socket);

    /// <summary>The present request.</summary>
    public RequestHead Request { get; } = new(((IPEndPoint?)socket.RemoteEndPoint)?.Address ?? IPAddress.Loopback);

    /// <summary>Room for headers that are being changed.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>Room for a message to a pod.</summary>
    public MessageBuffer Message { get; } = new();

    /// <summary>Room for a message to the client.</summary>
    public MessageBuffer Answer { get; } = new();

    /// <summary>The pod that was asked last; null when there was none.</summary>
    public Backend? Backend { get; set; }

    /// <summary>A cookie for the client with its next answer; null for none.</summary>
    public string? Cookie { get; set; }

    /// <summary>The answer's code, once it has begun; else 0.</summary>
    public int Status { get; private set; }

    /// <summary>Why the pod is waited for no longer; null while it is.</summary>
    public GaveUp? GaveUp { get; private set; }

    /// <summary>Reads the present request's body; never fails. Nobody else may read before it has ended.</summary>
    public Task Body { get; private set; } = Task.CompletedTask;

    /// <summary>True when no further request of this connection is answered.</summary>
    public bool MustEnd { get; private set; }

    /// <summary>What the answer says of the connection; empty for nothing.</summary>
    public ReadOnlySpan<byte> ConnectionHeader => MustEnd || !Request.KeepsAlive ? "close"u8 : Request.IsOld ? "keep-alive"u8 : [];

    private TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _since));

    /// <summary>Answers until the client ends, or something is wrong with what it sends.</summary>
    public async Task RunAsync(RequestHandler handler)
    {
        try
        {
            await AnswerAllAsync(handler);
            await EndAsync();
        }
        catch (WireLostException)
        {
            // Nobody is left to tell.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>From here on the answer comes; its code is for the metrics.</summary>
    public void Begin(int status)
    {
        Status = status;
        MustEnd |= _isStopping;
        _phase = Phase.Answering;
    }

    /// <summary>Answers with a text of the gateway's own.</summary>
    public async ValueTask RefuseAsync(int status, string why)
    {
        Begin(status);
        // What is left of a body could not be told from the next request.
        MustEnd |= Request.Body.Kind != BodyKind.None;
        var body = Encoding.UTF8.GetBytes(why + "\n");
        Answer.Clear();
        Answer.Write(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n"));
        Answer.Write(MustEnd || !Request.KeepsAlive ? "Connection: close\r\n\r\n"u8 : "\r\n"u8);
        if (Request.Method != "HEAD")
            Answer.Write(body);
        await Wire.SendAsync(Answer.Written);
    }

    /// <summary>After the present answer no further one comes.</summary>
    public void End() => MustEnd = true;

    /// <summary>The answer is there while the request still comes: not for ever.</summary>
    public Task BodyAsync()
    {
        if (!Body.IsCompleted)
            Enter(Phase.Ending);
        return Body;
    }

    /// <summary>A pod has the request.</summary>
    public void WaitFor(Upstream upstream)
    {
        Enter(Phase.Waiting);
        Interlocked.Exchange(ref _upstream, upstream);
        // It may have been given up while the connection was made.
        if (GaveUp is not null)
            Interlocked.Exchange(ref _upstream, null)?.Dispose();
    }

    /// <summary>The pod is done with the request.</summary>
    /// <returns>False when it was given up, and so closed.</returns>
    public bool Release(Upstream upstream) => Interlocked.CompareExchange(ref _upstream, null, upstream) == upstream;

    /// <summary>The pod is waited for no longer.</summary>
    public void GiveUp(GaveUp why)
    {
        GaveUp ??= why;
        Interlocked.Exchange(ref _upstream, null)?.Dispose();
    }

    /// <summary>Begins to read the request's body, or what comes after it in another protocol.</summary>
    /// <param name="read">Reads; never fails.</param>
    public void ReadBody(Func<Task> read)
    {
        Reads(true);
        Body = ReadAsync(read);
    }

    /// <summary>Looks, now and then, whether everybody is still there.</summary>
    public void Watch()
    {
        // The phase first: the time of a phase is told before the phase is. Answering takes the time that it takes, and has none.
        switch (_phase)
        {
            case Phase.Idle when Silence > (Wire.HasUnread ? s_impatience : s_idle):
            case Phase.Ending when Silence > s_impatience:
                Dispose();
                break;
            case Phase.Waiting or Phase.Answering when IsGone():
                GiveUp(Serving.GaveUp.ClientGone);
                break;
            case Phase.Waiting when IsRead(Volatile.Read(ref _reading)) && Silence > s_silence:
                GiveUp(Serving.GaveUp.TooLong);
                break;
            default:
                break;
        }
    }

    /// <summary>Answers what it has, and no more.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Closes the connection if it has nothing to answer.</summary>
    public void CloseIdle()
    {
        if (_phase == Phase.Idle && !Wire.HasUnread)
            Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        GiveUp(Serving.GaveUp.ClientGone);
        Wire.Dispose();
    }

    private async ValueTask AnswerAllAsync(RequestHandler handler)
    {
        try
        {
            while (!_isStopping)
            {
                Reads(true);
                (Status, GaveUp, Backend, Cookie, Body) = (0, null, null, null, Task.CompletedTask);
                var head = await Wire.ReadHeadAsync();
                if (head.IsEmpty)
                    return;
                _phase = Phase.Answering;
                Request.Parse(head);
                Wire.Skip(head.Length);
                Reads(Request.Body.Kind != BodyKind.None);
                await handler.HandleAsync(this);
                if (MustEnd || !Request.KeepsAlive)
                    return;
                Enter(Phase.Idle);
            }
        }
        catch (BadMessageException e)
        {
            MustEnd = true;
            await RefuseAsync(e.Status, e.Message);
        }
    }

    /// <summary>Closing while the client still sends would take the answer away from it.</summary>
    private async ValueTask EndAsync()
    {
        Enter(Phase.Ending);
        Wire.EndSending();
        await Body;
        do
        {
            Wire.Skip(Wire.Unread.Length);
        }
        while (await Wire.FillAsync());
    }

    /// <summary>Whether the client has closed its side. Nobody can tell while others read from it, so then it is not.</summary>
    private bool IsGone()
    {
        var before = Volatile.Read(ref _reading);
        if (!IsRead(before))
            return false;
        try
        {
            return Wire.IsAtEnd && before == Volatile.Read(ref _reading);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>The whole request was read, and nobody reads before it is answered.</summary>
    private static bool IsRead(int reading) => reading % 2 == 0;

    /// <summary>Each time another number, so that who looks before and after knows that nothing was read between.</summary>
    private void Reads(bool reads)
    {
        if (IsRead(_reading) == reads)
            Interlocked.Increment(ref _reading);
    }

    private async Task ReadAsync(Func<Task> read)
    {
        await read();
        // From now on the pod thinks.
        Touch();
        Reads(false);
    }

    private void Touch() => Interlocked.Exchange(ref _since, time.GetTimestamp());

    private void Enter(Phase phase)
    {
        Touch();
        _phase = phase;
    }
}

/// <summary>Why a pod is waited for no longer.</summary>
/// <param name="Status">The answer to the client.</param>
/// <param name="Why">What the client is told.</param>
internal sealed record GaveUp(int Status, string Why)
{
    /// <summary>The client has closed its connection: nobody is told.</summary>
    public static GaveUp ClientGone { get; } = new(StatusCodes.Status499ClientClosedRequest, "");

    /// <summary>It took longer than allowed.</summary>
    public static GaveUp TooLong { get; } = new(StatusCodes.Status504GatewayTimeout, "the pod did not answer in time");

    /// <summary>The request's body is malformed.</summary>
    public static GaveUp BadRequest(string why) => new(StatusCodes.Status400BadRequest, why);
}
