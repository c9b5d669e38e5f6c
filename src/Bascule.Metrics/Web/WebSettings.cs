using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Metrics.Http;

namespace Bascule.Metrics.Web;

/// <summary>The <c>web</c> block of a metric's provider (MP-WEB-01, MP-WEB-02).</summary>
internal sealed record WebSettings
{
    private const long DefaultTimeoutSeconds = 10;

    public required HttpMethod Method { get; init; }

    public required Uri Url { get; init; }

    public ImmutableArray<(string Key, string Value)> Headers { get; init; } = [];

    /// <summary>What is sent; null for nothing.</summary>
    public string? Body { get; init; }

    /// <summary>The body is JSON, and says so.</summary>
    public bool IsJson { get; init; }

    public TimeSpan Timeout { get; init; }

    public required JsonPathTemplate Path { get; init; }

    public bool Insecure { get; init; }

    public OAuth2Settings? OAuth2 { get; init; }

    /// <summary>Reads the block, or says what is wrong with it.</summary>
    public static (WebSettings? Settings, string? Error) Read(JsonElement block)
    {
        var method = block.Text("method") is { Length: > 0 } written ? written : "GET";
        var (body, jsonBody) = (block.Text("body") is { Length: > 0 } text ? text : null, block.Raw("jsonBody"));
        if (body is not null && jsonBody is not null)
            return (null, "use either Body or JSONBody; both cannot exists for WebMetric payload");
        if ((body is not null || jsonBody is not null) && method == "GET")
            return (null, "Body/JSONBody can only be used with POST or PUT WebMetric Method types");
        if (!Uri.TryCreate(block.Text("url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return (null, "web.url: found no URL, expected something like http://my-service/metrics");
        var (oauth2, noOAuth2) = OAuth2Settings.Read(block.Member("authentication").Member("oauth2"));
        if (noOAuth2 is not null)
            return (null, noOAuth2);
        try
        {
            return (new()
            {
                Method = HttpMethod.Parse(method),
                Url = url,
                Headers = [.. block.Items("headers").Select(h => (h.Text("key") ?? "", h.Text("value") ?? ""))],
                Body = body ?? jsonBody?.GetRawText(),
                IsJson = jsonBody is not null,
                Timeout = MetricHttp.Limit(block.Long("timeoutSeconds") is > 0 and var seconds ? seconds : DefaultTimeoutSeconds),
                Path = JsonPathTemplate.Parse(block.Text("jsonPath") is { Length: > 0 } path ? path : "{$}"),
                Insecure = block.Bool("insecure") ?? false,
                OAuth2 = oauth2,
            }, null);
        }
        catch (FormatException)
        {
            return (null, $"web.method: found \"{method}\", expected GET, POST or PUT");
        }
        catch (JsonPathException e)
        {
            return (null, $"web.jsonPath: {e.Message}");
        }
    }
}
