using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bascule.Lab.Load;

/// <summary>
/// Open-loop traffic: each request leaves on schedule whatever became of those before, as users do. A slow server
/// therefore shows as latency and errors instead of as fewer requests.
/// </summary>
public sealed class TrafficGenerator : IDisposable
{
    /// <summary>How far ahead of a request the schedule sleeps at most; also how late one may leave on an idle machine.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly TrafficRecorder _recorder;
    private long _startTimestamp;
    private DateTimeOffset _startedAt;

    /// <summary>Prepares traffic over real connections; nothing is sent yet.</summary>
    public TrafficGenerator(LoadOptions options, TimeProvider time)
        : this(options, time, Connections(options))
    {
    }

    internal TrafficGenerator(LoadOptions options, TimeProvider time, HttpMessageHandler handler)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequestsPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlight, 1);
        _options = options;
        _time = time;
        _http = new HttpMessageInvoker(handler);
        _recorder = new TrafficRecorder(DowntimeMeter.SlotFor(options.Rate));
        _startedAt = time.GetUtcNow();
        _startTimestamp = time.GetTimestamp();
    }

    /// <summary>The traffic so far. May be called from any thread while it runs.</summary>
    public TrafficSnapshot Snapshot() => _recorder.Snapshot(_startedAt, _time.GetElapsedTime(_startTimestamp));

    /// <summary>
    /// Sends until the token fires, then waits for the answers still to come, at most <see cref="LoadOptions.Timeout"/>:
    /// stopping loses none. Call once.
    /// </summary>
    /// <returns>All of the traffic.</returns>
    public async Task<TrafficSnapshot> RunAsync(CancellationToken stop)
    {
        _startedAt = _time.GetUtcNow();
        _startTimestamp = _time.GetTimestamp();
        var interval = TimeSpan.FromSeconds(1 / _options.Rate);
        var inFlight = new HashSet<Task>();
        for (var number = 0L; !stop.IsCancellationRequested; number++)
        {
            var due = interval * number;
            if (!await SleepUntilAsync(due, stop))
                break;
            inFlight.RemoveWhere(t => t.IsCompleted);
            if (inFlight.Count < _options.MaxInFlight)
                inFlight.Add(SendAsync(due, UserGroup.Of(_options.Users, number), fresh: number % _options.RequestsPerConnection == 0));
            else
                _recorder.NotSent(new RequestOutcome(due, TimeSpan.Zero, "", FailureKind.NotSent, $"{_options.MaxInFlight} requests were waiting for answers already"));
        }

        var stoppedAt = _time.GetElapsedTime(_startTimestamp);
        await Task.WhenAll(inFlight);
        return _recorder.Snapshot(_startedAt, stoppedAt);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Connections(LoadOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        MaxConnectionsPerServer = options.MaxInFlight,
        ConnectTimeout = options.Timeout,
    };

    private async Task<bool> SleepUntilAsync(TimeSpan due, CancellationToken stop)
    {
        var left = due - _time.GetElapsedTime(_startTimestamp);
        while (left > TimeSpan.Zero)
        {
            try
            {
                // Timers are coarse and fire late rather than early: several requests may be due when this returns, and all leave.
                await Task.Delay(left > Tick ? left : Tick, _time, stop);
            }
            catch (OperationCanceledException)
            {
                return false;
            }

            left = due - _time.GetElapsedTime(_startTimestamp);
        }

        return true;
    }

    private async Task SendAsync(TimeSpan due, UserGroup user, bool fresh)
    {
        _recorder.Begun();
        using var request = new HttpRequestMessage(HttpMethod.Get, _options.Url);
        request.Headers.ConnectionClose = fresh;
        request.Headers.Host = user.Host;
        foreach (var (name, value) in user.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var bound = new CancellationTokenSource(_options.Timeout, _time);
        var (version, failure, detail) = await AskAsync(request, bound.Token);
        _recorder.Ended(new RequestOutcome(due, _time.GetElapsedTime(_startTimestamp) - due, version, failure, detail) { Group = _options.Users.IndexOf(user) });
    }

    private async Task<(string Version, FailureKind? Failure, string Detail)> AskAsync(HttpRequestMessage request, CancellationToken timeout)
    {
        try
        {
            using var answer = await _http.SendAsync(request, timeout);
            var version = VersionOf(await answer.Content.ReadAsStringAsync(timeout));
            return answer.StatusCode < HttpStatusCode.BadRequest
                ? (version, null, "")
                : (version, FailureKind.Status, $"status {((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture)} from {(version.Length > 0 ? version : "an unknown version")}");
        }
        catch (OperationCanceledException)
        {
            return ("", FailureKind.Timeout, $"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return ("", KindOf(e), e.InnerException?.Message ?? e.Message);
        }
    }

    private static FailureKind KindOf(Exception e) => e switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => FailureKind.Refused,
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } } => FailureKind.Reset,

        // The handler asks a connection for its peer; one that was reset by then throws this, unwrapped.
        SocketException { SocketErrorCode: SocketError.NotConnected } => FailureKind.Reset,
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => FailureKind.Reset,
        IOException => FailureKind.Reset,
        { InnerException: IOException } => FailureKind.Reset,
        _ => FailureKind.Other,
    };

    /// <summary>The version in an answer such as <c>Host: goprom-1, Version: v1.0.0</c>; empty when there is none.</summary>
    internal static string VersionOf(string body)
    {
        const string label = "Version: ";
        var start = body.IndexOf(label, StringComparison.Ordinal);
        if (start < 0)
            return "";
        var rest = body.AsSpan(start + label.Length);
        var end = rest.IndexOfAny(", \r\n");
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
