using System.Security.Cryptography;
using System.Text;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>
/// Lets in only who knows the token, and only under a name of this machine: a web page that had its own name point to
/// 127.0.0.1 would send that name as Host.
/// </summary>
internal sealed class RequestGate
{
    private readonly byte[] _expected;

    public RequestGate(string token) => _expected = Encoding.UTF8.GetBytes("Bearer " + token);

    /// <summary>Why the request is refused; null when it may pass.</summary>
    public KubeException? Refusal(HttpRequest request)
    {
        if (request.Host.Host is not ("127.0.0.1" or "localhost" or "[::1]"))
            return ApiErrors.Make(System.Net.HttpStatusCode.Forbidden, "Forbidden", $"found Host '{request.Host}', expected 127.0.0.1 or localhost: the sandbox answers this machine only", null);
        return Knows(request.Headers.Authorization.ToString()) ? null : ApiErrors.Unauthorized();
    }

    private bool Knows(string header)
    {
        // The length is no secret; what it has of the token must not show in the time taken.
        if (header.Length != _expected.Length)
            return false;
        Span<byte> found = header.Length <= 512 ? stackalloc byte[header.Length] : new byte[header.Length];
        return Encoding.UTF8.TryGetBytes(header, found, out var written) && written == found.Length && CryptographicOperations.FixedTimeEquals(found, _expected);
    }
}
