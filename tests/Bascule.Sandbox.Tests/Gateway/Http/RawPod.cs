using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bascule.Sandbox.Tests.Gateway.Http;

/// <summary>A pod that says the very bytes that a test wants, and keeps those it got.</summary>
internal sealed class RawPod : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawPeer, Task> _serve;
    private readonly Task _accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="serve">Serves one connection; it is closed afterwards.</param>
    public RawPod(Func<RawPeer, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public ConcurrentQueue<RawPeer> Connections { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var peer in Connections)
            peer.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = new RawPeer(await _listener.AcceptSocketAsync());
                Connections.Enqueue(peer);
                _ = ServeAsync(peer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end, perhaps before it began to wait.
        }
    }

    private async Task ServeAsync(RawPeer peer)
    {
        try
        {
            await _serve(peer);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The gateway closed the connection.
        }
        finally
        {
            peer.Dispose();
        }
    }
}

/// <summary>One end of a connection, byte by byte.</summary>
internal sealed class RawPeer(Socket socket) : IDisposable
{
    private readonly StringBuilder _got = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>What came and was not taken yet.</summary>
    public string Got => _got.ToString();

    public Task SendAsync(string text) => socket.SendAsync(Encoding.Latin1.GetBytes(text));

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Takes all up to and with some text, waiting for it.</summary>
    public async Task<string> TakeAsync(string end)
    {
        while (!Got.Contains(end, StringComparison.Ordinal))
            Assert.True(await ReadAsync(), $"the connection ended after '{Got}', before '{end}'");
        var taken = Got[..(Got.IndexOf(end, StringComparison.Ordinal) + end.Length)];
        _got.Remove(0, taken.Length);
        return taken;
    }

    /// <summary>Takes a number of bytes.</summary>
    public async Task<string> TakeAsync(int bytes)
    {
        while (_got.Length < bytes)
            Assert.True(await ReadAsync(), $"the connection ended after {_got.Length} of {bytes} bytes");
        var taken = Got[..bytes];
        _got.Remove(0, bytes);
        return taken;
    }

    /// <summary>Takes all up to the end of the connection.</summary>
    public async Task<string> TakeAllAsync()
    {
        try
        {
            while (await ReadAsync())
            {
                // More comes.
            }
        }
        catch (SocketException)
        {
            // Broken off is an end too.
        }

        return Got;
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReadAsync()
    {
        using var bound = new CancellationTokenSource(TestGateway.Patience);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(), bound.Token);
        _got.Append(Encoding.Latin1.GetString(_buffer, 0, read));
        return read > 0;
    }
}
