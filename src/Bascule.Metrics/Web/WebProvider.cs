using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Analysis;
using Bascule.Metrics.Http;

namespace Bascule.Metrics.Web;

/// <summary>Measures by an HTTP request whose answer is JSON, or any text (MP-WEB rows).</summary>
public sealed class WebProvider : IMetricProvider, IDisposable
{
    private readonly IServiceAddresses? _services;
    private readonly MetricHttp _http;

    /// <summary>Makes a provider; it owns its connections.</summary>
    /// <param name="time">Times requests.</param>
    /// <param name="services">Asked for names before DNS; null when DNS knows the cluster's Services.</param>
    public WebProvider(TimeProvider time, IServiceAddresses? services = null)
    {
        _services = services;
        _http = new MetricHttp(time);
    }

    /// <inheritdoc/>
    public string Name => "web";

    /// <inheritdoc/>
    public async Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        var (settings, invalid) = WebSettings.Read(task.Metric.Provider.Member("web"));
        if (settings is null)
            return MeasurementOutcome.Failed(invalid!);
        var (outcome, error) = await _http.WithinAsync(
            settings.Timeout, ct => AskAsync(settings, task.Namespace, ct), MetricHttp.Shown(settings.Url), cancellationToken);
        return outcome ?? MeasurementOutcome.Failed(error!);
    }

    /// <inheritdoc/>
    public Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken) =>
        // A request is over when it returns, so what claims to be under way was written by somebody else.
        Task.FromResult(MeasurementOutcome.Failed("a web measurement cannot be under way"));

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Describe(Metric metric) => ImmutableSortedDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<MeasurementOutcome> AskAsync(WebSettings settings, string? @namespace, CancellationToken cancellationToken)
    {
        string? token = null;
        if (settings.OAuth2 is { } oauth2)
        {
            (token, var error) = await OAuth2Token.FetchAsync(oauth2, (request, ct) => _http.SendAsync(request, settings.Insecure, ct), cancellationToken);
            if (token is null)
                return MeasurementOutcome.Failed(error!);
        }

        var (target, host) = ServiceEndpoint.Resolve(settings.Url, _services, @namespace);
        using var request = Request(settings, target);
        request.Headers.Host = host;
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (code, body) = await _http.SendAsync(request, settings.Insecure, cancellationToken);
        return WebResponse.Read(code, body, settings.Path);
    }

    private static HttpRequestMessage Request(WebSettings settings, Uri target)
    {
        var request = new HttpRequestMessage(settings.Method, target);
        if (settings.Body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(settings.Body));
        foreach (var (key, value) in settings.Headers)
            MetricHttp.SetHeader(request, key, value);
        if (settings.IsJson)
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }
}
