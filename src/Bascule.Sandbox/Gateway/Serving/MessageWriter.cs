using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using Bascule.Sandbox.Gateway.Http;
using Bascule.Sandbox.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>
/// Writes the heads of requests and answers on their way, changed as a rule asks, with the headers that every ingress adds:
/// <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c>. What is between two ends of one connection
/// alone is not passed on.
/// </summary>
/// <param name="rule">The rule's changes.</param>
/// <param name="target">The target's, made after them.</param>
internal sealed class MessageWriter(Edits rule, Edits target)
{
    private readonly ImmutableArray<HeaderEdit> _request = rule.Request.AddRange(target.Request);
    private readonly ImmutableArray<HeaderEdit> _answer = rule.Response.AddRange(target.Response);
    private readonly PathRewrite? _path = target.Path ?? rule.Path;
    private readonly string? _host = target.Host ?? rule.Host;

    /// <summary>Writes the head of the request to the pod.</summary>
    /// <param name="request">The client's.</param>
    /// <param name="headers">Room to work in.</param>
    /// <param name="to">Where to.</param>
    public void WriteRequest(RequestHead request, HeaderList headers, MessageBuffer to)
    {
        var host = Prepare(request, headers);
        if (request.IsUpgrade)
        {
            headers.Add("Connection"u8, "Upgrade"u8);
            headers.Add("Upgrade"u8, request.Headers.Value(request.Headers.IndexOf("Upgrade"u8)));
        }

        if (request.Body.Kind == BodyKind.Chunked)
            headers.Add("Transfer-Encoding"u8, "chunked"u8);
        Write(request, host, headers, to);
    }

    /// <summary>Writes the head of a copy, which may have a recorded body.</summary>
    /// <param name="request">The client's.</param>
    /// <param name="body">The length of the body in bytes; null when it has none.</param>
    /// <param name="headers">Room to work in.</param>
    /// <param name="to">Where to.</param>
    public void WriteCopy(RequestHead request, int? body, HeaderList headers, MessageBuffer to)
    {
        var host = Prepare(request, headers);
        headers.Remove("Content-Length"u8);
        if (body is { } length)
            headers.Add("Content-Length"u8, length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Write(request, ShadowHost(host), headers, to);
    }

    /// <summary>Writes the head of the answer to the client.</summary>
    /// <param name="answer">The pod's; its headers are changed.</param>
    /// <param name="connection">What becomes of the client's connection; empty to say nothing.</param>
    /// <param name="isChunked">Whether the body follows in chunks.</param>
    /// <param name="cookie">A cookie for the client; null for none.</param>
    /// <param name="to">Where to.</param>
    public void WriteAnswer(ResponseHead answer, ReadOnlySpan<byte> connection, bool isChunked, string? cookie, MessageBuffer to)
    {
        var headers = answer.Headers;
        var upgrade = answer.Status == StatusCodes.Status101SwitchingProtocols ? headers.Text("Upgrade"u8) : null;
        RemoveHopByHop(headers);
        Edit(headers, _answer);
        if (upgrade is not null)
            headers.Add("Upgrade"u8, upgrade);
        if (isChunked)
            headers.Add("Transfer-Encoding"u8, "chunked"u8);
        if (!connection.IsEmpty)
            headers.Add("Connection"u8, connection);
        if (cookie is not null)
            headers.Add("Set-Cookie"u8, cookie);
        to.Write("HTTP/1.1 "u8);
        Span<byte> status = stackalloc byte[3];
        _ = Utf8Formatter.TryFormat(answer.Status, status, out _);
        to.Write(status);
        to.Write(" "u8);
        to.Write(answer.Reason);
        to.Write("\r\n"u8);
        Write(headers, to);
    }

    /// <returns>The host to ask for.</returns>
    private string Prepare(RequestHead request, HeaderList headers)
    {
        headers.Clear();
        for (var i = 0; i < request.Headers.Count; i++)
        {
            if (!IsReplaced(request.Headers.Name(i)))
                headers.Add(request.Headers.Name(i), request.Headers.Value(i));
        }

        RemoveHopByHop(headers);
        Forwarded(request, headers);
        Edit(headers, _request);
        // A host is told once, in its own place.
        var host = _host ?? headers.Text("Host"u8) ?? request.Authority;
        headers.Remove("Host"u8);
        return host;
    }

    private static void Forwarded(RequestHead request, HeaderList headers)
    {
        if (headers.Text("X-Forwarded-For"u8) is { } before)
        {
            headers.Remove("X-Forwarded-For"u8);
            headers.Add("X-Forwarded-For"u8, $"{before}, {request.From}");
        }
        else
        {
            headers.Add("X-Forwarded-For"u8, request.FromBytes);
        }

        headers.Add("X-Forwarded-Proto"u8, "http"u8);
        headers.Add("X-Forwarded-Host"u8, request.Authority);
    }

    private static void Edit(HeaderList headers, ImmutableArray<HeaderEdit> edits)
    {
        foreach (var edit in edits)
        {
            if (edit.Kind != HeaderEditKind.Add)
                headers.Remove(Encoding.UTF8.GetBytes(edit.Name));
            if (edit.Kind != HeaderEditKind.Remove)
                headers.Add(Encoding.UTF8.GetBytes(edit.Name), edit.Value);
        }
    }

    private void Write(RequestHead request, string host, HeaderList headers, MessageBuffer to)
    {
        to.Write(request.Method);
        to.Write(" "u8);
        to.Write(_path is null ? request.Target : new PathString(_path.Apply(request.Path)).ToUriComponent() + request.Query);
        to.Write(" HTTP/1.1\r\nHost: "u8);
        to.Write(host);
        to.Write("\r\n"u8);
        Write(headers, to);
    }

    private static void Write(HeaderList headers, MessageBuffer to)
    {
        headers.WriteTo(to);
        to.Write("\r\n"u8);
    }

    /// <summary>Whether the gateway says it in its own words.</summary>
    private static bool IsReplaced(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => Ascii.EqualsIgnoreCase(name, "Host"u8),
        6 => Ascii.EqualsIgnoreCase(name, "Expect"u8),
        16 => Ascii.EqualsIgnoreCase(name, "X-Forwarded-Host"u8),
        17 => Ascii.EqualsIgnoreCase(name, "X-Forwarded-Proto"u8),
        _ => false,
    };

    private static void RemoveHopByHop(HeaderList headers)
    {
        for (var i = headers.IndexOf("Connection"u8); i >= 0; i = headers.IndexOf("Connection"u8))
        {
            var named = headers.Value(i).ToArray();
            headers.RemoveAt(i);
            foreach (var part in named.AsSpan().Split((byte)','))
            {
                var name = named.AsSpan(part).Trim(" \t"u8);
                // Without its length the body would be taken for the next request.
                if (!Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
                    headers.Remove(name);
            }
        }

        for (var i = headers.Count - 1; i >= 0; i--)
        {
            if (IsHopByHop(headers.Name(i)))
                headers.RemoveAt(i);
        }
    }

    private static bool IsHopByHop(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Ascii.EqualsIgnoreCase(name, "TE"u8),
        7 => Ascii.EqualsIgnoreCase(name, "Upgrade"u8),
        10 => Ascii.EqualsIgnoreCase(name, "Keep-Alive"u8),
        16 => Ascii.EqualsIgnoreCase(name, "Proxy-Connection"u8),
        17 => Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8),
        _ => false,
    };

    /// <summary>As Envoy marks copies, so that a service can tell them by their host.</summary>
    private static string ShadowHost(string host) => new HostString(host) is { Port: { } port } withPort ? $"{withPort.Host}-shadow:{port}" : host + "-shadow";
}
