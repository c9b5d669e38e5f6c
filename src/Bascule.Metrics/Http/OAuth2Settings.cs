using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Metrics.Http;

/// <summary>Client-credentials grant (MP-PRM-07, MP-WEB-06).</summary>
internal sealed record OAuth2Settings(string TokenUrl, string ClientId, string ClientSecret, ImmutableArray<string> Scopes)
{
    /// <summary>Reads <c>authentication.oauth2</c>; neither settings nor error when it is not asked for.</summary>
    public static (OAuth2Settings? OAuth2, string? Error) Read(JsonElement block)
    {
        if (block.Text("tokenUrl") is not { Length: > 0 } tokenUrl)
            return (null, null);
        var (id, secret) = (block.Text("clientId") ?? "", block.Text("clientSecret") ?? "");
        if (id.Length == 0 || secret.Length == 0)
            return (null, "missing mandatory parameter in metric for OAuth2 setup");
        return Uri.TryCreate(tokenUrl, UriKind.Absolute, out _)
            ? (new(tokenUrl, id, secret, block.Texts("scopes")), null)
            : (null, $"authentication.oauth2.tokenUrl: found \"{tokenUrl}\", expected a URL");
    }
}
