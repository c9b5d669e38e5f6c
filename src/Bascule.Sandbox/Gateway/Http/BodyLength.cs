using System.Buffers.Text;
using System.Text;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>How the end of a message's body is found (RFC 9112, section 6).</summary>
/// <param name="Kind">How.</param>
/// <param name="Bytes">The number of bytes, when it is known.</param>
internal readonly record struct BodyLength(BodyKind Kind, long Bytes = 0)
{
    /// <summary>There is no body.</summary>
    public static BodyLength None => new(BodyKind.None);

    /// <summary>Reads what the headers say.</summary>
    /// <param name="headers">The message's headers.</param>
    /// <param name="otherwise">When they say nothing.</param>
    /// <exception cref="BadMessageException">They say two things, or nothing that can be followed: who comes next might read them otherwise.</exception>
    public static BodyLength Of(HeaderList headers, BodyLength otherwise)
    {
        var coding = headers.IndexOf("Transfer-Encoding"u8);
        var length = headers.IndexOf("Content-Length"u8);
        if (coding >= 0)
        {
            if (length >= 0 || headers.IndexOf("Transfer-Encoding"u8, coding + 1) >= 0 || !Ascii.EqualsIgnoreCase(headers.Value(coding), "chunked"u8))
                throw new BadMessageException("found a Transfer-Encoding that is not the one word 'chunked', or a Content-Length beside it");
            return new BodyLength(BodyKind.Chunked);
        }

        if (length < 0)
            return otherwise;
        if (headers.IndexOf("Content-Length"u8, length + 1) >= 0)
            throw new BadMessageException("found two Content-Length headers");
        var text = headers.Value(length);
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(text, out long bytes, out var read) || read != text.Length)
            throw new BadMessageException("found a Content-Length that is no number of bytes");
        return bytes == 0 ? None : new BodyLength(BodyKind.Known, bytes);
    }
}

/// <summary>How the end of a body is found.</summary>
internal enum BodyKind
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>After a number of bytes.</summary>
    Known,

    /// <summary>After the last chunk and its trailers.</summary>
    Chunked,

    /// <summary>Where the connection ends; answers only.</summary>
    UntilClose,
}
