namespace Bascule.Sandbox.Discovery;

/// <summary>A finished document with the headers it is sent under.</summary>
/// <param name="ContentType">The <c>Content-Type</c> header.</param>
/// <param name="Body">The bytes, shared by all requests for the same catalog.</param>
/// <param name="ETag">The <c>ETag</c> header with its quotes; a request whose <c>If-None-Match</c> equals it is answered 304.</param>
internal sealed record DiscoveryAnswer(string ContentType, ReadOnlyMemory<byte> Body, string ETag);
