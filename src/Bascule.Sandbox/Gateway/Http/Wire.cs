using System.Net.Sockets;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>The connection is gone, closed by either end or broken.</summary>
/// <param name="wire">Which.</param>
/// <param name="inner">What the system said; null when the other end just closed.</param>
internal sealed class WireLostException(Wire wire, Exception? inner = null) : Exception("the connection is gone", inner)
{
    /// <summary>Which connection.</summary>
    public Wire Wire { get; } = wire;
}

/// <summary>
/// A connection with what was read of it and not used yet. One reader and one writer may use it at once. Closing it, from any
/// thread, ends what both wait for.
/// </summary>
/// <param name="socket">A connected socket, which the wire owns.</param>
internal sealed class Wire(Socket socket) : IDisposable
{
    /// <summary>A head that is longer is refused, in bytes.</summary>
    public const int LongestHead = 64 * 1024;

    private const int StatusHeadTooLong = 431;

    private byte[] _buffer = new byte[8 * 1024];
    private int _begin;
    private int _end;

    /// <summary>What was read and not used; good until <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_begin, _end - _begin);

    /// <summary>Whether <see cref="Unread"/> has anything; may be asked by those who neither read nor write.</summary>
    public bool HasUnread => Volatile.Read(ref _begin) != Volatile.Read(ref _end);

    /// <summary>Whether a connection on which nothing is expected has something: its end, most likely.</summary>
    public bool HasNews => HasUnread || socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether the other end has closed its side, and nothing is left to read.</summary>
    public bool IsAtEnd => !HasUnread && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    /// <summary>Uses some of <see cref="Unread"/>.</summary>
    public void Skip(int bytes) => _begin += bytes;

    /// <summary>Reads a head; it stays in <see cref="Unread"/>.</summary>
    /// <returns>All of it, with the empty line at its end; empty when the connection ended before its first byte.</returns>
    /// <exception cref="BadMessageException">It is too long.</exception>
    /// <exception cref="WireLostException">The connection broke, or ended in its midst.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync()
    {
        var looked = 0;
        try
        {
            while (true)
            {
                var length = Unread.Span[looked..].IndexOf("\r\n\r\n"u8);
                if (length >= 0)
                    return Unread[..(looked + length + 4)];
                // The end may be cut in two.
                looked = Math.Max(Unread.Length - 3, 0);
                if (Unread.Length > LongestHead)
                    throw new BadMessageException($"found a head of more than {LongestHead} bytes", StatusHeadTooLong);
                // Not by way of FillAsync: each wait within a wait costs more than looking for the end does.
                if (!Add(await socket.ReceiveAsync(Room())))
                    return HasUnread ? throw new WireLostException(this) : default;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new WireLostException(this, e);
        }
    }

    /// <summary>Reads more.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="WireLostException">The connection broke.</exception>
    public async ValueTask<bool> FillAsync()
    {
        try
        {
            return Add(await socket.ReceiveAsync(Room()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new WireLostException(this, e);
        }
    }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="WireLostException">The connection broke.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await socket.SendAsync(bytes)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new WireLostException(this, e);
        }
    }

    /// <summary>Tells the other end that nothing more comes.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private Memory<byte> Room()
    {
        if (_begin == _end)
            _begin = _end = 0;
        if (_end == _buffer.Length)
        {
            if (_begin == 0)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            else
                _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            (_begin, _end) = (0, _end - _begin);
        }

        return _buffer.AsMemory(_end);
    }

    private bool Add(int read)
    {
        _end += read;
        return read > 0;
    }
}
