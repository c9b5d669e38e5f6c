using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Metrics.Http;

namespace Bascule.Metrics.Prometheus;

/// <summary>A range query's window (MP-PRM-05).</summary>
/// <param name="Start">An expression that gives a time.</param>
/// <param name="End">An expression that gives a time.</param>
/// <param name="Step">A duration.</param>
internal sealed record RangeQuery(string Start, string End, string Step);

/// <summary>The <c>prometheus</c> block of a metric's provider (MP-PRM-01).</summary>
internal sealed record PrometheusSettings
{
    private const long DefaultTimeoutSeconds = 30;

    public required Uri Address { get; init; }

    public string Query { get; init; } = "";

    public TimeSpan Timeout { get; init; }

    public bool Insecure { get; init; }

    public ImmutableArray<(string Key, string Value)> Headers { get; init; } = [];

    public RangeQuery? Range { get; init; }

    public OAuth2Settings? OAuth2 { get; init; }

    public (string Username, string Password)? BasicAuth { get; init; }

    /// <summary>Reads the block, or says what is wrong with it.</summary>
    /// <param name="block">The block.</param>
    /// <param name="defaultAddress">Where Prometheus is when the block does not say (MP-PRM-02).</param>
    public static (PrometheusSettings? Settings, string? Error) Read(JsonElement block, string? defaultAddress)
    {
        var (address, noAddress) = ReadAddress(block.Text("address"), defaultAddress);
        if (address is null)
            return (null, noAddress);
        var timeout = block.Long("timeout") ?? DefaultTimeoutSeconds;
        if (timeout < 0)
            return (null, "prometheus timeout should not be negative");
        var authentication = block.Member("authentication");
        if (address.OriginalString.Contains("aps-workspaces", StringComparison.Ordinal) && authentication.Member("sigv4") is { ValueKind: JsonValueKind.Object } sigv4 && sigv4.EnumerateObject().Any())
            return (null, "prometheus authentication.sigv4 is not supported by this version, use basicAuth, oauth2 or a signing proxy");
        var (basic, noBasic) = ReadBasicAuth(authentication.Member("basicAuth"));
        if (noBasic is not null)
            return (null, noBasic);
        var (oauth2, noOAuth2) = OAuth2Settings.Read(authentication.Member("oauth2"));
        if (noOAuth2 is not null)
            return (null, noOAuth2);
        return (new()
        {
            Address = address,
            Query = block.Text("query") ?? "",
            Timeout = MetricHttp.Limit(timeout),
            Insecure = block.Bool("insecure") ?? false,
            Headers = [.. block.Items("headers").Select(h => (h.Text("key") ?? "", h.Text("value") ?? ""))],
            Range = block.MemberOrNull("rangeQuery") is { } range ? new(range.Text("start") ?? "", range.Text("end") ?? "", range.Text("step") ?? "") : null,
            BasicAuth = basic,
            OAuth2 = oauth2,
        }, null);
    }

    private static (Uri? Address, string? Error) ReadAddress(string? written, string? defaultAddress)
    {
        var text = string.IsNullOrEmpty(written) ? defaultAddress : written;
        if (string.IsNullOrEmpty(text))
            return (null, "prometheus address is not configured");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && address.Scheme is "http" or "https"
            ? (address, null)
            : (null, $"prometheus address is not is url format: found \"{text}\", expected something like http://prometheus:9090");
    }

    private static ((string, string)? BasicAuth, string? Error) ReadBasicAuth(JsonElement block)
    {
        var (username, password) = (block.Text("username") ?? "", block.Text("password") ?? "");
        return (username.Length, password.Length) switch
        {
            (0, 0) => (null, null),
            (0, _) => (null, "missing mandatory parameter in metric for basic auth setup: username"),
            (_, 0) => (null, "missing mandatory parameter in metric for basic auth setup: password"),
            _ => ((username, password), null),
        };
    }
}
