using System.Net;

namespace Bascule.Traffic.Alb.Aws;

/// <summary>The connections to AWS.</summary>
/// <param name="time">Times the limit.</param>
internal sealed class AwsHttp(TimeProvider time) : IDisposable
{
    /// <summary>An answer about one load balancer takes far less.</summary>
    private const int MaxResponseBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        Proxy = new DirectLocal(HttpClient.DefaultProxy),
        AllowAutoRedirect = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxResponseBytes,
    };

    /// <summary>An address without what may be secret in it.</summary>
    public static string Shown(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="AwsException">Nobody answered, or not in time.</exception>
    public async Task<(HttpStatusCode Code, string Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, either.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(either.Token));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AwsException($"{Shown(request.RequestUri!)} did not answer within {s_limit.TotalSeconds} s", e);
        }
        catch (HttpRequestException e)
        {
            throw new AwsException($"{Shown(request.RequestUri!)} cannot be reached: {e.GetBaseException().Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
