using System.Net;
using System.Net.Security;

namespace Bascule.Metrics.Http;

/// <summary>The connections of a provider, shared by all of its measurements.</summary>
internal sealed class MetricHttp : IDisposable
{
    /// <summary>A measurement is a handful of numbers; a larger answer is a question that forgot to aggregate.</summary>
    private const int MaxResponseBytes = 32 * 1024 * 1024;

    /// <summary>The longest time that a timer can wait for; anything above is as good as no limit.</summary>
    private const long MaxTimeoutSeconds = int.MaxValue / 1000;

    private readonly TimeProvider _time;
    private readonly HttpClient _secure = Client(new SslClientAuthenticationOptions());
#pragma warning disable CA5359 // The metric says insecure: true, as one does for a self-signed certificate.
    private readonly HttpClient _insecure = Client(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });
#pragma warning restore CA5359

    /// <summary>Makes connections when they are needed.</summary>
    /// <param name="time">Times the limits.</param>
    public MetricHttp(TimeProvider time) => _time = time;

    /// <summary>A number of seconds as a time limit.</summary>
    public static TimeSpan Limit(long seconds) => TimeSpan.FromSeconds(Math.Min(seconds, MaxTimeoutSeconds));

    /// <summary>Sends a request and reads the whole answer.</summary>
    public async Task<(HttpStatusCode Code, byte[] Body)> SendAsync(HttpRequestMessage request, bool insecure, CancellationToken cancellationToken)
    {
        using var response = await (insecure ? _insecure : _secure).SendAsync(request, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>Runs something within a time limit.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="work">What to run.</param>
    /// <param name="who">Who is asked, for the sentences of what may go wrong; without anything secret.</param>
    /// <param name="cancellationToken">The caller's own wish to stop.</param>
    /// <returns>What the work gave, or why it gave nothing.</returns>
    public async Task<(T? Answer, string? Error)> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, string who, CancellationToken cancellationToken)
        where T : class
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return (await work(either.Token), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{who} did not answer within {limit.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)} s");
        }
        catch (HttpRequestException e)
        {
            return (null, $"cannot query {who}: {Innermost(e)}");
        }
    }

    /// <summary>
    /// Sets a header as the metric gives it. Those that describe a body go with the body; one that is no header, or has no
    /// body to go with, is left out.
    /// </summary>
    public static void SetHeader(HttpRequestMessage request, string key, string value)
    {
        if (request.Headers.NonValidated.Contains(key))
            request.Headers.Remove(key);
        if (request.Headers.TryAddWithoutValidation(key, value) || request.Content is not { Headers: var headers })
            return;
        if (headers.NonValidated.Contains(key))
            headers.Remove(key);
        headers.TryAddWithoutValidation(key, value);
    }

    /// <summary>An address without what may be secret in it: a password, a token in the query.</summary>
    public static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public void Dispose()
    {
        _secure.Dispose();
        _insecure.Dispose();
    }

    private static HttpClient Client(SslClientAuthenticationOptions tls)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(30),
            // Names may move to other addresses while connections live.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = tls,
            Proxy = new DirectLoopback(HttpClient.DefaultProxy),
        };
        return new(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxResponseBytes };
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
