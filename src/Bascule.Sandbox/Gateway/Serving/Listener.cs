using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>Takes users' connections on loopback, and looks after them.</summary>
internal sealed partial class Listener : IAsyncDisposable
{
    private const int Backlog = 512;

    /// <summary>Requests that are under way when the gateway ends may go on for so long.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_afterFailure = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly RequestHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<ClientConnection, Task> _clients = new();
    private readonly ITimer _watch;
    private readonly Task _accepting;
    private volatile bool _isStopping;

    private Listener(Socket socket, RequestHandler handler, TimeProvider time, ILogger logger)
    {
        (_socket, _handler, _time, _logger) = (socket, handler, time, logger);
        Address = new Uri($"http://{socket.LocalEndPoint}");
        _watch = time.CreateTimer(static l => ((Listener)l!).Watch(), this, s_watch, s_watch);
        _accepting = AcceptAsync();
    }

    /// <summary>Where users come in.</summary>
    public Uri Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="handler">Answers the requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of what should not happen.</param>
    /// <returns>Null when the port is taken.</returns>
    public static Listener? TryStart(int port, RequestHandler handler, TimeProvider time, ILogger logger)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Backlog);
            return new Listener(socket, handler, time, logger);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Ends: new connections are refused, requests under way get a while to end.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _socket.Dispose();
        await _accepting;
        foreach (var client in _clients.Keys)
            client.Stop();
        foreach (var client in _clients.Keys)
            client.CloseIdle();
        await Task.WhenAny(Task.WhenAll(_clients.Values), Task.Delay(s_drain, _time));
        foreach (var client in _clients.Keys)
            client.Dispose();
        await Task.WhenAll(_clients.Values);
        await _watch.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        while (!_isStopping)
        {
            try
            {
                var socket = await _socket.AcceptAsync();
                socket.NoDelay = true;
                Serve(socket);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that went away before it was taken, the end, or no more sockets to be had: that would go on.
                await Task.Delay(s_afterFailure, _time);
            }
        }
    }

    private void Serve(Socket socket)
    {
        var client = new ClientConnection(socket, _time);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _clients[client] = ServeAsync(client, begin.Task);
        begin.SetResult();
    }

    private async Task ServeAsync(ClientConnection client, Task begin)
    {
        // Not before it is known, or it could end first.
        await begin;
        try
        {
            await client.RunAsync(_handler);
        }
        catch (Exception e)
        {
            // Others are served all the same.
            Log.ConnectionFailed(_logger, e);
        }
        finally
        {
            _clients.TryRemove(client, out _);
        }
    }

    private void Watch()
    {
        foreach (var client in _clients.Keys)
            client.Watch();
        _handler.CloseOld();
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "a connection to the gateway came to an unexpected end")]
        public static partial void ConnectionFailed(ILogger logger, Exception exception);
    }
}
