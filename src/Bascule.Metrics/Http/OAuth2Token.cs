using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Metrics.Http;

/// <summary>Sends a request and reads the whole answer.</summary>
internal delegate Task<(HttpStatusCode Code, byte[] Body)> SendRequest(HttpRequestMessage request, CancellationToken cancellationToken);

/// <summary>Gets an access token by the client-credentials grant (MP-PRM-07).</summary>
internal static class OAuth2Token
{
    /// <summary>Fetches a token, or says why there is none.</summary>
    /// <remarks>The standard lets servers take the client's credentials as basic auth or in the form; one has to try.</remarks>
    public static async Task<(string? Token, string? Error)> FetchAsync(OAuth2Settings settings, SendRequest sendAsync, CancellationToken cancellationToken)
    {
        using var byHeader = Request(settings);
        var credentials = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(settings.ClientSecret)}";
        byHeader.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        var (code, body) = await sendAsync(byHeader, cancellationToken);
        if (code != HttpStatusCode.OK)
        {
            using var byForm = Request(settings, ("client_id", settings.ClientId), ("client_secret", settings.ClientSecret));
            (code, body) = await sendAsync(byForm, cancellationToken);
        }

        if (code != HttpStatusCode.OK)
            return (null, string.Create(CultureInfo.InvariantCulture, $"oauth2: cannot fetch token from {settings.TokenUrl}: the server answered {(int)code}"));
        try
        {
            return JsonElement.Parse(body).Text("access_token") is { Length: > 0 } token
                ? (token, null)
                : (null, $"oauth2: cannot fetch token from {settings.TokenUrl}: the answer has no access_token");
        }
        catch (JsonException)
        {
            return (null, $"oauth2: cannot fetch token from {settings.TokenUrl}: the answer is not JSON");
        }
    }

    private static HttpRequestMessage Request(OAuth2Settings settings, params (string Key, string Value)[] more)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (!settings.Scopes.IsEmpty)
            form["scope"] = string.Join(' ', settings.Scopes);
        foreach (var (key, value) in more)
            form[key] = value;
        return new(HttpMethod.Post, settings.TokenUrl) { Content = new FormUrlEncodedContent(form) };
    }
}
