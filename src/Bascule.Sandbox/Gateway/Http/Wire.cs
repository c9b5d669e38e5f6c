using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Bascule.Sandbox.Gateway.Sockets;

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
internal sealed class Wire : IDisposable
{
    /// <summary>A head that is longer is refused, in bytes.</summary>
    public const int LongestHead = 64 * 1024;

    private const int StatusHeadTooLong = 431;

    /// <summary>After so many reads without a wait others go first, or a long body that comes fast would keep everybody waiting.</summary>
    private const int Burst = 256;

    private readonly Socket _socket;
    private readonly Readiness _readiness;
    private byte[] _buffer = new byte[8 * 1024];
    private int _begin;
    private int _end;
    private bool _isDrained;
    private int _reads;
    private int _waits;

    /// <summary>Takes a socket over.</summary>
    /// <param name="socket">Connected, or connecting; the wire owns it.</param>
    public Wire(Socket socket)
    {
        socket.Blocking = false;
        _socket = socket;
        _readiness = EventLoop.Next().Watch(socket.SafeHandle);
    }

    /// <summary>What was read and not used; good until <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_begin, _end - _begin);

    /// <summary>Whether <see cref="Unread"/> has anything; may be asked by those who neither read nor write.</summary>
    public bool HasUnread => Volatile.Read(ref _begin) != Volatile.Read(ref _end);

    /// <summary>Whether a connection on which nothing is expected has something: its end, most likely.</summary>
    public bool HasNews => HasUnread || _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether the other end has closed its side, and nothing is left to read.</summary>
    public bool IsAtEnd => !HasUnread && _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>Connects.</summary>
    /// <param name="address">To whom.</param>
    /// <param name="timeout">For so long.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">Nobody takes the connection.</exception>
    /// <exception cref="ObjectDisposedException">It took too long.</exception>
    public static async ValueTask<Wire> ConnectAsync(EndPoint address, TimeSpan timeout, TimeProvider time)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        try
        {
            socket.Connect(address);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It tells when it is done.
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        // Not sooner: a socket that does not even connect is told to be closed.
        var wire = new Wire(socket);
        try
        {
            await using var bound = time.CreateTimer(static w => ((Wire)w!).Dispose(), wire, timeout, Timeout.InfiniteTimeSpan);
            await wire._readiness.Writable.WaitAsync();
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == SocketError.Success ? wire : throw new SocketException((int)error);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    /// <summary>Uses some of <see cref="Unread"/>.</summary>
    public void Skip(int bytes) => _begin += bytes;

    /// <summary>Reads a head; it stays in <see cref="Unread"/>.</summary>
    /// <returns>All of it, with the empty line at its end; empty when the connection ended before its first byte.</returns>
    /// <exception cref="BadMessageException">It is too long.</exception>
    /// <exception cref="WireLostException">The connection broke, or ended in its midst.</exception>
    /// <remarks>What every request waits for is pooled, here and in those who call it: making it anew costs more than a look at the head does.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync()
    {
        var looked = 0;
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
            int read;
            while (!TryRead(out read))
                await ReadableAsync();
            if (read == 0)
                return HasUnread ? throw new WireLostException(this) : default;
        }
    }

    /// <summary>Reads more.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="WireLostException">The connection broke.</exception>
    public async ValueTask<bool> FillAsync()
    {
        int read;
        while (!TryRead(out read))
            await ReadableAsync();
        return read > 0;
    }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="WireLostException">The connection broke.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        // Nearly always there is room.
        bytes = bytes[TrySend(bytes.Span)..];
        return bytes.IsEmpty ? ValueTask.CompletedTask : SendRestAsync(bytes);
    }

    /// <summary>Tells the other end that nothing more comes.</summary>
    public void EndSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _readiness.Close();
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            await _readiness.Writable.WaitAsync();
            bytes = bytes[TrySend(bytes.Span)..];
        }
    }

    /// <returns>How many bytes were taken; fewer than all when there is no room for more.</returns>
    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            var taken = Try(bytes[sent..]);
            if (taken == 0)
                break;
            sent += taken;
        }

        return sent;
    }

    private int Try(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => 0,
                _ => throw new WireLostException(this, new SocketException((int)error)),
            };
        }
        catch (ObjectDisposedException e)
        {
            throw new WireLostException(this, e);
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <param name="read">How many bytes came; 0 at the end.</param>
    /// <returns>False when it has to be waited for.</returns>
    private bool TryRead(out int read)
    {
        read = 0;
        if (_isDrained && !_readiness.HasEnded)
        {
            // It would say that there is nothing, and saying so costs as much as reading does.
            _isDrained = false;
            return false;
        }

        if (_waits != _readiness.Readable.Waits)
            (_waits, _reads) = (_readiness.Readable.Waits, 0);
        if (_reads == Burst)
            return false;
        var room = Room();
        try
        {
            read = _socket.Receive(room, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return false;
            if (error != SocketError.Success)
                throw new WireLostException(this, new SocketException((int)error));
        }
        catch (ObjectDisposedException e)
        {
            throw new WireLostException(this, e);
        }

        _reads++;
        _isDrained = read < room.Length;
        _end += read;
        return true;
    }

    private ValueTask ReadableAsync() => _reads == Burst ? YieldAsync() : _readiness.Readable.WaitAsync();

    private async ValueTask YieldAsync()
    {
        _reads = 0;
        await Task.Yield();
    }

    private Span<byte> Room()
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

        return _buffer.AsSpan(_end);
    }
}
