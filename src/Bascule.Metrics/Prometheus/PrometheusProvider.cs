using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using Bascule.Metrics.Http;

namespace Bascule.Metrics.Prometheus;

/// <summary>Measures by a query to Prometheus' HTTP API (MP-PRM rows).</summary>
public sealed class PrometheusProvider : IMetricProvider, IDisposable
{
    /// <summary>The environment variable with the address for metrics that name none (CTL-42); the composition root reads it.</summary>
    public const string AddressVariable = "ARGO_ROLLOUTS_PROMETHEUS_ADDRESS";

    private readonly TimeProvider time;
    private readonly string? defaultAddress;
    private readonly IServiceAddresses? services;
    private readonly MetricHttp http;

    /// <summary>Makes a provider; it owns its connections.</summary>
    /// <param name="time">Times queries and their limits.</param>
    /// <param name="defaultAddress">Where Prometheus is when a metric does not say; null when that is an error.</param>
    /// <param name="services">Asked for names before DNS; null when DNS knows the cluster's Services.</param>
    public PrometheusProvider(TimeProvider time, string? defaultAddress = null, IServiceAddresses? services = null)
    {
        this.time = time;
        this.defaultAddress = defaultAddress;
        this.services = services;
        http = new MetricHttp(time);
    }

    /// <inheritdoc/>
    public string Name => "prometheus";

    /// <inheritdoc/>
    public async Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        var (settings, invalid) = PrometheusSettings.Read(Block(task.Metric), defaultAddress);
        if (settings is null)
            return MeasurementOutcome.Failed(invalid!);
        var (path, form, wrong) = Request(settings);
        if (form is null)
            return MeasurementOutcome.Failed(wrong!);
        var (target, host) = Endpoint(settings.Address, path, task.Namespace);
        var (outcome, error) = await http.WithinAsync(
            settings.Timeout, ct => QueryAsync(settings, target, host, form, ct), $"Prometheus at {MetricHttp.Shown(settings.Address)}", cancellationToken);
        return outcome ?? MeasurementOutcome.Failed(error!);
    }

    /// <inheritdoc/>
    public Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken) =>
        // A query is over when it returns, so what claims to be under way was written by somebody else.
        Task.FromResult(MeasurementOutcome.Failed("a Prometheus measurement cannot be under way"));

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Describe(Metric metric)
    {
        var none = ImmutableSortedDictionary<string, string>.Empty;
        return Block(metric).Text("query") is { Length: > 0 } query ? none.Add("ResolvedPrometheusQuery", query) : none;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static JsonElement Block(Metric metric) => metric.Provider.Member("prometheus");

    private (string Path, Dictionary<string, string>? Form, string? Error) Request(PrometheusSettings settings)
    {
        var now = time.GetUtcNow();
        if (settings.Range is not { } range)
            return ("api/v1/query", new() { ["query"] = settings.Query, ["time"] = UnixSeconds(now) }, null);
        var (start, noStart) = Time(range.Start, now);
        if (start is null)
            return ("", null, $"failed to parse rangeQuery.start as time: {noStart}");
        var (end, noEnd) = Time(range.End, now);
        if (end is null)
            return ("", null, $"failed to parse rangeQuery.end as time: {noEnd}");
        if (!GoDuration.TryParse(range.Step, out var step))
            return ("", null, $"failed to parse rangeQuery.step as duration: time: invalid duration \"{range.Step}\"");
        return ("api/v1/query_range", new()
        {
            ["query"] = settings.Query,
            ["start"] = UnixSeconds(start.Value),
            ["end"] = UnixSeconds(end.Value),
            ["step"] = GoNumber.Decimal(step.TotalSeconds),
        }, null);
    }

    private static (DateTimeOffset? Time, string? Error) Time(string expression, DateTimeOffset now)
    {
        try
        {
            var value = Expression.Parse(expression).Evaluate(ExpressionScope.ForTime(now));
            return value is Value.Instant instant ? (instant.At, null) : (null, $"expected time.Time, but got {value.TypeName}");
        }
        catch (ExpressionException e)
        {
            return (null, e.Describe(expression));
        }
    }

    private async Task<MeasurementOutcome> QueryAsync(
        PrometheusSettings settings, Uri target, string? host, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        string? token = null;
        if (settings.OAuth2 is { } oauth2)
        {
            (token, var error) = await OAuth2Token.FetchAsync(oauth2, (request, ct) => SendAsync(settings, request, null, ct), cancellationToken);
            if (token is null)
                return MeasurementOutcome.Failed(error!);
        }

        using var post = new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(form) };
        post.Headers.Host = host;
        var (code, body) = await SendAsync(settings, post, token, cancellationToken);
        if (code is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented)
        {
            // Old servers and some proxies know queries only as GET (MP-PRM-04).
            var query = string.Join('&', form.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
            using var get = new HttpRequestMessage(HttpMethod.Get, $"{target}?{query}");
            get.Headers.Host = host;
            (code, body) = await SendAsync(settings, get, token, cancellationToken);
        }

        return PrometheusResponse.Read(code, body);
    }

    private async Task<(HttpStatusCode Code, byte[] Body)> SendAsync(PrometheusSettings settings, HttpRequestMessage request, string? token, CancellationToken cancellationToken)
    {
        if (settings.BasicAuth is var (username, password))
            request.Headers.Authorization ??= new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")));
        foreach (var (key, value) in settings.Headers)
            MetricHttp.SetHeader(request, key, value);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, settings.Insecure, cancellationToken);
    }

    /// <summary>Where to send a query, and the <c>Host</c> to send with it when a Service's name became an address.</summary>
    private (Uri Target, string? Host) Endpoint(Uri address, string path, string? @namespace) =>
        ServiceEndpoint.Resolve(new Uri($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}"), services, @namespace);

    private static string UnixSeconds(DateTimeOffset instant) => GoNumber.Decimal(instant.ToUnixTimeMilliseconds() / 1000.0);
}
