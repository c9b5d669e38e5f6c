using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Bascule.Kube.Config;
using Bascule.Kube.Queue;

namespace Bascule.Kube.Http;

/// <summary>
/// Sends one request and sees it through: credentials, a bound on time, retries where they are safe, and an answer that
/// is either a success or a <see cref="KubeException"/>.
/// </summary>
internal sealed class KubeTransport : IDisposable
{
    /// <summary>How long a server may think about anything but a watch or a log.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is sent at most.</summary>
    private const int MostTries = 5;

    /// <summary>The longest wait a server may ask for that is sat out here; longer ones are the caller's business.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client;
    private readonly CredentialSource _credentials;
    private readonly TimeProvider _time;
    private readonly string _root;
    private readonly TimeSpan _connectWithin;

    /// <summary>Guards <see cref="_random"/>.</summary>
    private readonly Lock _gate = new();
    private readonly Random _random;

    public KubeTransport(KubeConnection connection, TimeProvider time, Random random)
        : this(connection, time, random, KubeHttp.ConnectWithin)
    {
    }

    internal KubeTransport(KubeConnection connection, TimeProvider time, Random random, TimeSpan connectWithin)
    {
        Connection = connection;
        _connectWithin = connectWithin;
        _time = time;
        _random = new Random(random.Next());
        _credentials = CredentialSource.For(connection, time);
        _client = KubeHttp.CreateClient(connection, _credentials, connectWithin);
        _root = connection.Server.AbsoluteUri.TrimEnd('/');
    }

    public KubeConnection Connection { get; }

    /// <summary>Sends and returns the head of a successful answer; the caller disposes it and reads the body.</summary>
    /// <param name="call">What to send.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<HttpResponseMessage> SendAsync(KubeCall call, CancellationToken cancellationToken)
    {
        var renewed = false;
        for (var tries = 1; ; tries++)
        {
            KubeException failure;
            try
            {
                var response = await SendOnceAsync(call, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                    failure = StatusErrors.FromResponse(response, await ReadErrorAsync(response, cancellationToken), call.ToString());
            }
            catch (HttpRequestException exception)
            {
                failure = StatusErrors.Unreachable(Connection, exception);
            }
            catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                // The client has no other bound of its own. Nothing was sent, so once more is safe for any method; twice is not a busy moment any more.
                failure = StatusErrors.NotConnected(Connection, _connectWithin, exception);
                if (tries == 1)
                    continue;
            }

            if (failure.Code == HttpStatusCode.Unauthorized && !renewed && _credentials.Renew())
            {
                renewed = true;
                continue;
            }

            if (tries >= MostTries || WaitBeforeRetry(call, failure, tries) is not { } wait)
                throw failure;
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    /// <summary>Sends and hands the whole body to a reader, as bytes that are gone afterwards.</summary>
    public async Task<T> SendAsync<T>(KubeCall call, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(AnswerWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await SendAsync(call, either.Token);
            using var body = await PooledBody.ReadAsync(response.Content, either.Token);
            return read(body.Memory);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubeException(HttpStatusCode.GatewayTimeout, "Timeout", $"{call}: no answer from the Kubernetes API server at {Connection} within {AnswerWithin.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw StatusErrors.Broken(Connection, call.ToString(), exception);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(KubeCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, _root + call.PathAndQuery);
        request.Version = _client.DefaultRequestVersion;
        request.VersionPolicy = _client.DefaultVersionPolicy;
        request.Headers.Authorization = await _credentials.GetAsync(cancellationToken);
        request.Headers.Host = Connection.TlsServerName;
        request.Headers.TryAddWithoutValidation("User-Agent", KubeHttp.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", call.Accept);
        if (Connection.ImpersonateUser is { } user)
        {
            request.Headers.TryAddWithoutValidation("Impersonate-User", user);
            foreach (var group in Connection.ImpersonateGroups)
                request.Headers.TryAddWithoutValidation("Impersonate-Group", group);
        }

        if (call.Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<byte[]> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The code alone says enough.
            return [];
        }
    }

    /// <summary>How long to wait before the request may be sent again; null when it must not be.</summary>
    private TimeSpan? WaitBeforeRetry(KubeCall call, KubeException failure, int tries)
    {
        // "Too many requests", and "unavailable" with a time, say that the server did not begin: safe for any method.
        var notBegun = (failure.IsTooManyRequests && !call.TakesRefusal) || (failure.Code == HttpStatusCode.ServiceUnavailable && failure.RetryAfter is not null);
        if (!notBegun && !(call.Method == HttpMethod.Get && WasReset(failure)))
            return null;
        TimeSpan delay;
        lock (_gate)
            delay = BackOff.Connection.After(tries, _random);
        if (failure.RetryAfter is { } asked && asked > delay)
            delay = asked;
        return delay <= LongestWait ? delay : null;
    }

    private static bool WasReset(KubeException failure)
    {
        for (var exception = failure.InnerException; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException { SocketErrorCode: SocketError.ConnectionReset } or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
                return true;
        }

        return false;
    }
}
