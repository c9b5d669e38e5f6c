using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>Answers what clients ask before they ask for objects: which groups, which resources, which schemas.</summary>
internal static class DiscoveryDocuments
{
    private const string Json = "application/json";
    /// <summary>The media type as it is sent; the older spelling that clients ask for has a character no media type may have.</summary>
    private const string ProtobufV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private const string ProtobufV2Asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    /// <summary>Documents made so far, forgotten together with the catalog they were made from.</summary>
    private static readonly ConditionalWeakTable<ResourceCatalog, ConcurrentDictionary<(string Path, string ContentType), DiscoveryAnswer?>> s_cache = [];

    /// <summary>
    /// The document at a path: <c>/api</c>, <c>/apis</c>, <c>/api/v1</c>, <c>/apis/GROUP</c>, <c>/apis/GROUP/VERSION</c>,
    /// <c>/openapi/v2</c>, <c>/openapi/v3</c>, <c>/openapi/v3/…</c>, <c>/version</c>; null when there is none (404).
    /// </summary>
    /// <param name="catalog">What is served.</param>
    /// <param name="path">The request's path, without the query and with no trailing slash.</param>
    /// <param name="accept">The <c>Accept</c> header; null or empty means JSON.</param>
    public static DiscoveryAnswer? Answer(ResourceCatalog catalog, string path, string? accept)
    {
        var contentType = ContentTypeOf(path, accept ?? "");
        return s_cache.GetOrCreateValue(catalog).GetOrAdd((path, contentType), static (key, catalog) => Make(catalog, key.Path, key.ContentType), catalog);
    }

    private static DiscoveryAnswer? Make(ResourceCatalog catalog, string path, string contentType)
    {
        var body = (path.Trim('/').Split('/'), contentType) switch
        {
            (["api"], Json) => LegacyDiscovery.CoreVersions(),
            (["apis"], Json) => LegacyDiscovery.Groups(catalog),
            (["api" or "apis"], _) => AggregatedDiscovery.Write(catalog, core: path == "/api", AggregatedDiscovery.VersionOf(contentType)),
            (["api", var version], _) => LegacyDiscovery.Resources(catalog, "", version),
            (["apis", var group], _) => LegacyDiscovery.Group(catalog, group),
            (["apis", var group, var version], _) => LegacyDiscovery.Resources(catalog, group, version),
            (["openapi", "v2"], ProtobufV2) => OpenApiV2Protobuf.Write(catalog),
            (["openapi", "v2"], _) => OpenApiV2.Write(catalog),
            (["openapi", "v3"], _) => OpenApiV3.Index(catalog, gv => Answer(catalog, $"/openapi/v3/{gv}", Json)!.ETag.Trim('"')),
            (["openapi", "v3", "api", var version], _) => OpenApiV3.Write(catalog, "", version),
            (["openapi", "v3", "apis", var group, var version], _) => OpenApiV3.Write(catalog, group, version),
            (["version"], _) => LegacyDiscovery.Version(),
            _ => null,
        };
        return body is null ? null : new DiscoveryAnswer(contentType, body, $"\"{Convert.ToHexString(SHA256.HashData(body))}\"");
    }

    /// <summary>The first media type of the header that the path can be answered in; JSON when there is none.</summary>
    private static string ContentTypeOf(string path, string accept)
    {
        foreach (var range in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (path is "/api" or "/apis" && AggregatedDiscovery.ContentTypes.FirstOrDefault(t => range.Replace(" ", "", StringComparison.Ordinal).StartsWith(t, StringComparison.OrdinalIgnoreCase)) is { } aggregated)
                return aggregated;
            if (path == "/openapi/v2" && (range.StartsWith(ProtobufV2, StringComparison.OrdinalIgnoreCase) || range.StartsWith(ProtobufV2Asked, StringComparison.OrdinalIgnoreCase)))
                return ProtobufV2;
            if (range.Split(';')[0] is Json or "*/*" or "application/*" && !range.Contains(";as=", StringComparison.Ordinal))
                return Json;
        }

        return Json;
    }
}
