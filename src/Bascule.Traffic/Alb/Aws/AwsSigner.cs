using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>Signs requests by version 4 of AWS' signatures.</summary>
/// <param name="region">For which region requests are.</param>
/// <param name="service">For which service.</param>
internal sealed class AwsSigner(string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds the headers of a signature. The request has no query.</summary>
    /// <param name="request">The request, complete but for the signature.</param>
    /// <param name="body">Its body.</param>
    /// <param name="credentials">Whose signature it is.</param>
    /// <param name="now">The time; AWS takes a signature for a few minutes.</param>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, DateTimeOffset now)
    {
        var instant = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{instant[..8]}/{region}/{service}/aws4_request";
        request.Headers.TryAddWithoutValidation("X-Amz-Date", instant);
        if (credentials.SessionToken is { } token)
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", token);

        var headers = Headers(request);
        var signed = string.Join(';', headers.Keys);
        var canonical = $"{request.Method.Method}\n{request.RequestUri!.AbsolutePath}\n\n{string.Concat(headers.Select(h => $"{h.Key}:{h.Value}\n"))}\n{signed}\n{Hex(SHA256.HashData(body))}";
        var toSign = $"{Algorithm}\n{instant}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Hex(Mac(Key(credentials, instant[..8]), toSign));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}");
    }

    /// <summary>What is signed: every header that the request has by now, and the host.</summary>
    private static SortedDictionary<string, string> Headers(HttpRequestMessage request)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = request.RequestUri!.Authority };
        foreach (var (name, value) in request.Headers.NonValidated)
            headers[name.ToLowerInvariant()] = value.ToString();
        if (request.Content?.Headers.ContentType is { } type)
            headers["content-type"] = type.ToString();
        return headers;
    }

    private byte[] Key(AwsCredentials credentials, string date)
    {
        var key = Encoding.UTF8.GetBytes($"AWS4{credentials.SecretAccessKey}");
        foreach (var part in (string[])[date, region, service, "aws4_request"])
            key = Mac(key, part);
        return key;
    }

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
