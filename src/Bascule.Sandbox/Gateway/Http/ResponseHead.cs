using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>An answer without its body. One object serves all answers of a connection, one after the other.</summary>
internal sealed class ResponseHead
{
    private static readonly HttpParser<Sink> s_parser = new(showErrorDetails: true);

    private byte[] _reason = [];
    private int _reasonLength;

    /// <summary>The code, from 100 to 599.</summary>
    public int Status { get; private set; }

    /// <summary>The words behind the code.</summary>
    public ReadOnlySpan<byte> Reason => _reason.AsSpan(0, _reasonLength);

    /// <summary>All headers.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>How the body ends.</summary>
    public BodyLength Body { get; private set; }

    /// <summary>Whether the pod answers more on this connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">All of it, with the empty line at its end.</param>
    /// <param name="method">What it answers: the answer to <c>HEAD</c> has no body.</param>
    /// <exception cref="BadMessageException">It is malformed.</exception>
    public void Parse(ReadOnlyMemory<byte> bytes, string method)
    {
        Headers.Clear();
        var end = bytes.Span.IndexOf("\r\n"u8);
        var isOld = ParseStatusLine(bytes.Span[..end]);
        try
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes[(end + 2)..]));
            if (!s_parser.ParseHeaders(new Sink(Headers), ref reader) || !reader.End)
                throw new BadMessageException("found a head that does not end where its empty line is");
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            throw new BadMessageException(e.Message);
        }

        var hasNoBody = method == "HEAD" || Status is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status304NotModified;
        Body = hasNoBody ? BodyLength.None : BodyLength.Of(Headers, new BodyLength(BodyKind.UntilClose));
        KeepsAlive = Body.Kind != BodyKind.UntilClose && (isOld ? Headers.Lists("Connection"u8, "keep-alive"u8) : !Headers.Lists("Connection"u8, "close"u8));
    }

    /// <returns>True for HTTP/1.0.</returns>
    private bool ParseStatusLine(ReadOnlySpan<byte> line)
    {
        var isNew = line.StartsWith("HTTP/1.1 "u8);
        if ((!isNew && !line.StartsWith("HTTP/1.0 "u8)) || line.Length < 12 || line[9..12].ContainsAnyExceptInRange((byte)'0', (byte)'9') || (line.Length > 12 && line[12] != ' '))
            throw new BadMessageException("found no status line of HTTP/1.1");
        Status = int.Parse(line[9..12], System.Globalization.CultureInfo.InvariantCulture);
        if (Status is < 100 or > 599)
            throw new BadMessageException($"found the status {Status}");
        var reason = line.Length > 13 ? line[13..] : [];
        if (reason.Length > _reason.Length)
            _reason = new byte[reason.Length];
        reason.CopyTo(_reason);
        _reasonLength = reason.Length;
        return !isNew;
    }

    /// <summary>What the parser calls; a struct, for which it is compiled anew and calls directly.</summary>
    private readonly struct Sink(HeaderList headers) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) => throw new NotSupportedException("answers have no such line");

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => headers.AddChecked(name, value);

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("of other versions of HTTP");

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("of other versions of HTTP");
    }
}
