namespace Bascule.Sandbox.Gateway.Http;

/// <summary>
/// Follows a chunked body piece by piece, however it is cut, to find its content and its end (RFC 9112, section 7.1). It is
/// strict, since whoever reads the same bytes next may be lenient in another way.
/// </summary>
internal struct ChunkScanner
{
    /// <summary>Extensions of chunks and trailers together; nobody needs them, and they could be endless.</summary>
    private const int MostOverhead = 16 * 1024;

    private State _state;
    private long _left;
    private int _digits;
    private int _overhead;

    private enum State
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataEnd,
        DataEndLine,
        TrailerBegin,
        Trailer,
        TrailerEnd,
        LastEnd,
        Done,
    }

    /// <summary>True behind the last byte.</summary>
    public readonly bool IsDone => _state == State.Done;

    /// <summary>Goes over the next bytes, up to the end of some content or of the body.</summary>
    /// <param name="bytes">What came; on return what is not looked at yet. What is left when the body is done is not its.</param>
    /// <returns>Content among them; empty when they had none.</returns>
    /// <exception cref="BadMessageException">They are not chunked.</exception>
    public ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && _state != State.Data && _state != State.Done)
            Step(bytes[at++]);
        var content = _state == State.Data ? bytes.Slice(at, (int)Math.Min(_left, bytes.Length - at)) : [];
        if (!content.IsEmpty && (_left -= content.Length) == 0)
            _state = State.DataEnd;
        bytes = bytes[(at + content.Length)..];
        return content;
    }

    private void Step(byte next)
    {
        _state = (_state, next) switch
        {
            (State.Size, _) when char.IsAsciiHexDigit((char)next) => Digit(next),
            (State.Size, (byte)'\r') when _digits > 0 => State.SizeEnd,
            (State.Size, (byte)';' or (byte)' ' or (byte)'\t') when _digits > 0 => State.Extension,
            (State.Extension, (byte)'\r') => State.SizeEnd,
            (State.Extension, not (byte)'\n') => Over(State.Extension),
            (State.SizeEnd, (byte)'\n') => SizeRead(),
            (State.DataEnd, (byte)'\r') => State.DataEndLine,
            (State.DataEndLine, (byte)'\n') => State.Size,
            (State.TrailerBegin, (byte)'\r') => State.LastEnd,
            (State.TrailerBegin or State.Trailer, not ((byte)'\n' or (byte)'\r')) => Over(State.Trailer),
            (State.Trailer, (byte)'\r') => State.TrailerEnd,
            (State.TrailerEnd, (byte)'\n') => State.TrailerBegin,
            (State.LastEnd, (byte)'\n') => State.Done,
            _ => throw new BadMessageException($"found byte {next} in the framing of a chunked body"),
        };
    }

    private State Digit(byte digit)
    {
        if (++_digits > 15)
            throw new BadMessageException("found a chunk whose size has more than 15 digits");
        _left = (_left << 4) + Convert.ToInt32(((char)digit).ToString(), 16);
        return State.Size;
    }

    private State SizeRead()
    {
        _digits = 0;
        return _left > 0 ? State.Data : State.TrailerBegin;
    }

    private State Over(State state) => ++_overhead <= MostOverhead ? state : throw new BadMessageException($"found more than {MostOverhead} bytes of extensions and trailers in a chunked body");
}
