using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using HttpMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;
using HttpVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace Bascule.Sandbox.Gateway.Http;

/// <summary>
/// A request without its body: what rules ask about, and what is passed on. One object serves all requests of a connection,
/// one after the other. Its bytes are parsed by Kestrel's parser.
/// </summary>
/// <param name="from">The client's address.</param>
internal sealed class RequestHead(IPAddress from)
{
    private static readonly HttpParser<Sink> s_parser = new(showErrorDetails: true);

    private readonly byte[] _from = Encoding.ASCII.GetBytes(from.ToString());
    private Dictionary<string, StringValues>? _query;
    private IList<CookieHeaderValue>? _cookies;
    private HttpVersion _version;
    private bool _isAbsolute;

    /// <summary>The client's address.</summary>
    public IPAddress From => from;

    /// <summary>The same as text.</summary>
    public ReadOnlySpan<byte> FromBytes => _from;

    /// <summary>The method, such as <c>GET</c>.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The path with its query, as pods are asked for it: without dot segments, and escaped.</summary>
    public string Target { get; private set; } = "/";

    /// <summary>The path without escapes, as rules ask about it.</summary>
    public string Path { get; private set; } = "/";

    /// <summary>The query with its question mark; empty when there is none.</summary>
    public string Query { get; private set; } = "";

    /// <summary>The host that was asked for, with its port when it has one.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>The host that was asked for, without port.</summary>
    public string Host { get; private set; } = "";

    /// <summary>All headers.</summary>
    public HeaderList Headers { get; } = new();

    /// <summary>How the body ends.</summary>
    public BodyLength Body { get; private set; }

    /// <summary>True for HTTP/1.0, whose clients know no chunks.</summary>
    public bool IsOld => _version == HttpVersion.Http10;

    /// <summary>Whether the client wants to ask more on this connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Whether it asks for another protocol, such as WebSocket.</summary>
    public bool IsUpgrade => !IsOld && Headers.IndexOf("Upgrade"u8) >= 0 && Headers.Lists("Connection"u8, "upgrade"u8);

    /// <summary>Whether the body comes only when the client is told to go on.</summary>
    public bool WaitsToGoOn => !IsOld && Body.Kind != BodyKind.None && Headers.Lists("Expect"u8, "100-continue"u8);

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">All of it, with the empty line at its end.</param>
    /// <exception cref="BadMessageException">It is malformed.</exception>
    public void Parse(ReadOnlyMemory<byte> bytes)
    {
        (_query, _cookies, _isAbsolute) = (null, null, false);
        Headers.Clear();
        try
        {
            var reader = new System.Buffers.SequenceReader<byte>(new System.Buffers.ReadOnlySequence<byte>(bytes));
            if (!s_parser.ParseRequestLine(new Sink(this), ref reader) || !s_parser.ParseHeaders(new Sink(this), ref reader) || !reader.End)
                throw new BadMessageException("found a head that does not end where its empty line is");
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            throw new BadMessageException(e.Message, e.StatusCode);
        }

        SetHost();
        KeepsAlive = IsOld ? Headers.Lists("Connection"u8, "keep-alive"u8) : !Headers.Lists("Connection"u8, "close"u8);
        Body = BodyLength.Of(Headers, BodyLength.None);
    }

    /// <summary>A header's value, several with commas between them; null when it is absent.</summary>
    public string? Header(string name) => Headers.Text(Encoding.UTF8.GetBytes(name));

    /// <summary>A parameter of the query; null when it is absent.</summary>
    public string? Parameter(string name) => (_query ??= QueryHelpers.ParseQuery(Query)).TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A cookie; null when it is absent.</summary>
    public string? Cookie(string name)
    {
        if (_cookies is null)
        {
            _ = CookieHeaderValue.TryParseList(Headers.Texts("Cookie"u8), out var cookies);
            _cookies = cookies ?? [];
        }

        var cookie = _cookies.LastOrDefault(c => c.Name.Equals(name, StringComparison.Ordinal));
        return cookie is null ? null : Uri.UnescapeDataString(cookie.Value.ToString());
    }

    private void Begin(HttpVersionAndMethod line, TargetOffsetPathLength targetPath, ReadOnlySpan<byte> startLine)
    {
        _version = line.Version;
        Method = MethodOf(line, startLine);
        if (line.Method == HttpMethod.Connect)
            throw new BadMessageException("found CONNECT, which is no request for a Service", StatusCodes.Status501NotImplemented);
        var target = startLine[targetPath.Offset..];
        if (target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
            throw new BadMessageException("found a target with bytes that must be escaped");
        SetTarget(target, targetPath.Length);
    }

    private static string MethodOf(HttpVersionAndMethod line, ReadOnlySpan<byte> startLine) => line.Method switch
    {
        HttpMethod.Get => "GET",
        HttpMethod.Post => "POST",
        HttpMethod.Put => "PUT",
        HttpMethod.Head => "HEAD",
        HttpMethod.Delete => "DELETE",
        HttpMethod.Patch => "PATCH",
        HttpMethod.Options => "OPTIONS",
        _ => Encoding.ASCII.GetString(startLine[..line.MethodEnd]),
    };

    private void SetTarget(ReadOnlySpan<byte> target, int pathLength)
    {
        // Clients ask for the same again and again.
        if (Ascii.Equals(target, Target) && Target == Path)
        {
            Query = "";
            return;
        }

        var text = Encoding.ASCII.GetString(target);
        // The usual case: a path that means what it says.
        if (target[0] == '/' && target[..pathLength].IndexOf((byte)'%') < 0 && target[..pathLength].IndexOf("/."u8) < 0)
        {
            (Target, Path, Query) = (text, pathLength == text.Length ? text : text[..pathLength], pathLength == text.Length ? "" : text[pathLength..]);
            return;
        }

        if (text == "*")
        {
            (Target, Path, Query) = (text, text, "");
            return;
        }

        if (!Uri.TryCreate(target[0] == '/' ? "http://host" + text : text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new BadMessageException($"found the target {text}");
        if (target[0] != '/')
            (Authority, _isAbsolute) = (uri.Authority, true);
        (Target, Path, Query) = (uri.PathAndQuery, PathString.FromUriComponent(uri).Value ?? "/", uri.Query);
    }

    private void SetHost()
    {
        var at = Headers.IndexOf("Host"u8);
        if ((at < 0 && !IsOld) || (at >= 0 && Headers.IndexOf("Host"u8, at + 1) >= 0))
            throw new BadMessageException(string.Create(CultureInfo.InvariantCulture, $"found {(at < 0 ? "no" : "two")} Host headers, expected one"));
        if (!_isAbsolute)
        {
            var authority = at < 0 ? [] : Headers.Value(at);
            if (Ascii.Equals(authority, Authority))
                return;
            Authority = Encoding.UTF8.GetString(authority);
        }

        Host = Authority.Contains(':', StringComparison.Ordinal) ? new HostString(Authority).Host : Authority;
    }

    /// <summary>What the parser calls; a struct, for which it is compiled anew and calls directly.</summary>
    private readonly struct Sink(RequestHead head) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine) => head.Begin(versionAndMethod, targetPath, startLine);

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => head.Headers.AddChecked(name, value);

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException("of other versions of HTTP");

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("of other versions of HTTP");
    }
}
