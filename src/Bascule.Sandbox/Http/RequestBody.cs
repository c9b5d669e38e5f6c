using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube.Yaml;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Http.Protobuf;
using Bascule.Sandbox.Storage;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Reads request bodies: JSON, or YAML or protobuf when the client says so.</summary>
internal static class RequestBody
{
    /// <summary>The body as an object; null when there is none.</summary>
    /// <exception cref="Kube.KubeException">400: neither JSON nor YAML, or not an object; 413: too large; 415: another format.</exception>
    public static async Task<JsonObject?> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await ReadAsync(request, cancellationToken) switch
        {
            null => null,
            JsonObject body => body,
            var other => throw ApiErrors.BadRequest($"the body of the request is a JSON {other.GetValueKind().ToString().ToLowerInvariant()}, expected an object"),
        };

    /// <summary>The body as a document; null when there is none.</summary>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                if (read.IsCompleted)
                {
                    // Marked as read before it is parsed, so that a refusal leaves the connection in order.
                    var bytes = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return Parse(bytes, MediaType(request));
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ApiErrors.TooLarge(request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0);
        }
    }

    /// <summary>The media type of the body without its parameters; empty when not given.</summary>
    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();

    private static JsonNode? Parse(byte[] whole, string mediaType)
    {
        if (whole.Length == 0)
            return null;
        if (mediaType.EndsWith("yaml", StringComparison.Ordinal))
            return FromYaml(Encoding.UTF8.GetString(whole));
        if (mediaType == ProtobufBody.MediaType)
            return ProtobufBody.Read(whole);
        if (mediaType.Contains("protobuf", StringComparison.Ordinal) || mediaType.Contains("cbor", StringComparison.Ordinal))
            throw ApiErrors.UnsupportedMediaType($"the body of the request was in an unknown format - accepted media types include: application/json, application/yaml (found {mediaType})");
        try
        {
            return JsonNode.Parse(whole, documentOptions: JsonLimits.Incoming);
        }
        catch (JsonException e)
        {
            // What curl users send without a content type may well be YAML; kubectl and clients send JSON.
            return mediaType is "application/x-www-form-urlencoded" or "" ? FromYaml(Encoding.UTF8.GetString(whole)) : throw ApiErrors.BadRequest($"the body of the request is not JSON: {e.Message}");
        }
    }

    private static JsonNode? FromYaml(string text)
    {
        try
        {
            var documents = YamlReader.ReadAll(text);
            return documents.Count switch
            {
                0 => null,
                1 => documents[0].Root,
                var several => throw ApiErrors.BadRequest($"found {several} YAML documents in the body, expected one"),
            };
        }
        catch (YamlFormatException e)
        {
            throw ApiErrors.BadRequest($"the body of the request is not YAML: {e.Message}");
        }
    }
}
