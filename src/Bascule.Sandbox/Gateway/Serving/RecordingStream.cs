namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>A request's body that keeps a copy of what is read of it, as long as it is short.</summary>
/// <param name="inner">The body.</param>
/// <param name="limit">Bytes; of a longer body no copy is kept.</param>
internal sealed class RecordingStream(Stream inner, int limit) : Stream
{
    private readonly MemoryStream _copy = new();
    private bool _isWhole;
    private bool _isTooLong;

    /// <summary>All of the body; null when it was not read to its end, or was too long.</summary>
    public byte[]? Recorded => _isWhole && !_isTooLong ? _copy.ToArray() : null;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read], buffer.Length);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("bodies are read without blocking");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Nothing read into some room is the end; into none it only waits for more.</summary>
    private void Keep(ReadOnlySpan<byte> read, int room)
    {
        _isWhole |= read.IsEmpty && room > 0;
        _isTooLong |= _copy.Length + read.Length > limit;
        if (!_isTooLong)
            _copy.Write(read);
    }
}
