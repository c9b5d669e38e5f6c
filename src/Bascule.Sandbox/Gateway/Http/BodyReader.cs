namespace Bascule.Sandbox.Gateway.Http;

/// <summary>Reads the body of one message, piece by piece, and stops at its end.</summary>
/// <param name="wire">Where it comes from.</param>
/// <param name="length">How it ends.</param>
internal sealed class BodyReader(Wire wire, BodyLength length)
{
    private long _left = length.Bytes;
    private ChunkScanner _chunks;

    /// <summary>True when all was read.</summary>
    public bool IsDone { get; private set; } = length.Kind == BodyKind.None;

    /// <summary>Called with the content, without the framing of chunks; null when nobody asks.</summary>
    public BodyContent? Content { get; init; }

    /// <summary>Takes what was read already.</summary>
    /// <returns>Bytes as they came, with the framing of chunks; good until more is read. Empty when there are none.</returns>
    /// <exception cref="BadMessageException">The body is malformed.</exception>
    public ReadOnlyMemory<byte> Take()
    {
        var unread = wire.Unread;
        if (IsDone || unread.IsEmpty)
            return default;
        var piece = unread[..(length.Kind == BodyKind.Chunked ? Chunked(unread.Span) : Plain(unread.Span))];
        wire.Skip(piece.Length);
        return piece;
    }

    /// <summary>Reads the next piece.</summary>
    /// <returns>As <see cref="Take"/>; empty only at the end of a body that ends with its connection.</returns>
    /// <exception cref="BadMessageException">The body is malformed.</exception>
    /// <exception cref="WireLostException">The connection broke, or ended before the body.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        if (wire.Unread.IsEmpty && !await wire.FillAsync())
        {
            IsDone = length.Kind == BodyKind.UntilClose ? true : throw new WireLostException(wire);
            return default;
        }

        return Take();
    }

    private int Plain(ReadOnlySpan<byte> unread)
    {
        var bytes = length.Kind == BodyKind.UntilClose ? unread.Length : (int)Math.Min(_left, unread.Length);
        Content?.Invoke(unread[..bytes]);
        _left -= bytes;
        IsDone = length.Kind == BodyKind.Known && _left == 0;
        return bytes;
    }

    private int Chunked(ReadOnlySpan<byte> unread)
    {
        var rest = unread;
        while (!rest.IsEmpty && !_chunks.IsDone)
        {
            var content = _chunks.Next(ref rest);
            if (!content.IsEmpty)
                Content?.Invoke(content);
        }

        IsDone = _chunks.IsDone;
        return unread.Length - rest.Length;
    }
}

/// <summary>Gets a piece of a body's content.</summary>
internal delegate void BodyContent(ReadOnlySpan<byte> piece);
