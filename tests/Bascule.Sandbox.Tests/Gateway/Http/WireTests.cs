using System.Net;
using System.Net.Sockets;
using Bascule.Sandbox.Gateway.Http;

namespace Bascule.Sandbox.Tests.Gateway.Http;

/// <summary>A connection on the gateway's own loop of events.</summary>
public sealed class WireTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public WireTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    /// <summary>All others on the same loop wait meanwhile.</summary>
    [Fact]
    public async Task Reader_WhoNeverHasToWait_LetsOthersGoFirstNowAndThen()
    {
        const int Bytes = 32 * 1024;
        using var wire = await ConnectAsync();
        using var peer = await _listener.AcceptSocketAsync();
        Assert.Equal(Bytes, peer.Send(new byte[Bytes]));
        var read = 0;
        while (read < Bytes / 2)
        {
            Assert.True(await wire.FillAsync());
            read = wire.Unread.Length;
        }

        // There is room for a single byte from here on, and more than enough of them.
        var hasWaited = false;
        for (var i = 0; i < 4096; i++)
        {
            wire.Skip(1);
            var reading = wire.FillAsync();
            hasWaited |= !reading.IsCompleted;
            Assert.True(await reading);
            Assert.Equal(read, wire.Unread.Length);
        }

        Assert.True(hasWaited);
    }

    [Fact]
    public async Task Bytes_ForWhichThereIsNoRoom_AreSentWhenThereIs()
    {
        const int Bytes = 16 * 1024 * 1024;
        using var wire = await ConnectAsync();
        using var peer = await _listener.AcceptSocketAsync();

        var sending = wire.SendAsync(new byte[Bytes]).AsTask();
        Assert.False(sending.IsCompleted);
        Assert.Equal(Bytes, await Task.Run(() => ReceiveAll(peer, Bytes)).WaitAsync(s_patience));
        await sending.WaitAsync(s_patience);
    }

    /// <summary>Nothing tells of the end again that came with the last bytes.</summary>
    [Fact]
    public async Task End_ThatCameWithTheLastBytes_IsFound()
    {
        using var wire = await ConnectAsync();
        using (var peer = await _listener.AcceptSocketAsync())
            peer.Send("last"u8);

        while (wire.Unread.Length < 4)
            Assert.True(await wire.FillAsync().AsTask().WaitAsync(s_patience));
        Assert.False(await wire.FillAsync().AsTask().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Wire_ThatIsClosed_EndsWhatWaitsForIt()
    {
        var wire = await ConnectAsync();
        using var peer = await _listener.AcceptSocketAsync();
        var reading = wire.FillAsync().AsTask();

        wire.Dispose();

        Assert.Same(wire, (await Assert.ThrowsAsync<WireLostException>(() => reading.WaitAsync(s_patience))).Wire);
    }

    [Fact]
    public async Task Connection_NobodyTakes_IsRefused()
    {
        var nobody = _listener.LocalEndpoint;
        _listener.Stop();

        var refused = await Assert.ThrowsAsync<SocketException>(() => Wire.ConnectAsync(nobody, s_patience, TimeProvider.System).AsTask());

        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private async Task<Wire> ConnectAsync() => await Wire.ConnectAsync(_listener.LocalEndpoint, s_patience, TimeProvider.System);

    private static int ReceiveAll(Socket socket, int bytes)
    {
        var buffer = new byte[64 * 1024];
        var got = 0;
        while (got < bytes)
            got += socket.Receive(buffer);
        return got;
    }
}
