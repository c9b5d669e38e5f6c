using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Discovery;

/// <summary>Answers what clients ask before they ask for objects: which groups, which resources, which schemas.</summary>
internal static class DiscoveryDocuments
{
    /// <summary>
    /// The document at a path: <c>/api</c>, <c>/apis</c>, <c>/api/v1</c>, <c>/apis/GROUP</c>, <c>/apis/GROUP/VERSION</c>,
    /// <c>/openapi/v2</c>, <c>/openapi/v3</c>, <c>/openapi/v3/…</c>, <c>/version</c>; null when there is none (404).
    /// </summary>
    /// <param name="catalog">What is served.</param>
    /// <param name="path">The request's path, without the query and with no trailing slash.</param>
    /// <param name="accept">The <c>Accept</c> header; null or empty means JSON.</param>
    public static DiscoveryAnswer? Answer(ResourceCatalog catalog, string path, string? accept) => null;
}
