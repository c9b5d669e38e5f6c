using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Goprom;

/// <summary>One Kestrel with three listeners, and the way it ends without losing a request.</summary>
internal sealed class GopromServer : IAsyncDisposable
{
    private readonly GopromOptions _options;
    private readonly JsonLog _log;
    private readonly TimeProvider _time;
    private readonly GopromMetrics _metrics;
    private readonly FaultPlan _faults;
    private readonly Drain _drain;
    private readonly WebApplication _app;
    private readonly Dictionary<Role, ListenOptions> _listeners = [];
    private readonly byte[] _answer;
    private readonly byte[] _injectedError;
    private long _startedAt;

    public GopromServer(GopromOptions options, JsonLog log, TimeProvider time)
    {
        _options = options;
        _log = log;
        _time = time;
        _metrics = new GopromMetrics(options.Version);
        _faults = new FaultPlan(options.ErrorRate);
        _drain = new Drain(time);
        _answer = Encoding.UTF8.GetBytes($"Host: {options.HostName}, Version: {options.Version}\n");
        _injectedError = Encoding.UTF8.GetBytes($"Host: {options.HostName}, Version: {options.Version}, Error: asked for by ERROR_RATE\n");
        _app = Build();
    }

    private enum Role
    {
        Application,
        Probe,
        Metrics,
    }

    /// <summary>Opens the three listeners.</summary>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        _startedAt = _time.GetTimestamp();
        _log.Listening(_listeners[Role.Application].IPEndPoint, _listeners[Role.Probe].IPEndPoint, _listeners[Role.Metrics].IPEndPoint);
    }

    /// <summary>Serves until the token fires, then drains and stops.</summary>
    /// <returns>True when <c>CRASH_AFTER</c> came first; then nothing was drained.</returns>
    public async Task<bool> RunUntilAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(_options.CrashAfter ?? Timeout.InfiniteTimeSpan, _time, stop);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _log.Event("draining");
        }

        await _drain.RunAsync();
        using var bound = new CancellationTokenSource(Drain.InFlightBound, _time);
        await _app.StopAsync(bound.Token);
        _log.Event("stopped");
        return false;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private WebApplication Build()
    {
        // Empty, not slim: nothing of the surroundings (ASPNETCORE_URLS, appsettings.json) may change where a pod listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, Role.Application, _options.Listen);
            Listen(kestrel, Role.Probe, _options.Probe);
            Listen(kestrel, Role.Metrics, _options.Metrics);
        });
        var built = builder.Build();
        built.Run(HandleAsync);
        return built;
    }

    private void Listen(KestrelServerOptions kestrel, Role role, ListenAddress where)
    {
        if (where.Address is null)
            kestrel.ListenAnyIP(where.Port, Configure);
        else
            kestrel.Listen(where.Address, where.Port, Configure);

        void Configure(ListenOptions listener)
        {
            listener.Protocols = HttpProtocols.Http1;
            _listeners[role] = listener;

            // The listener a connection came in by decides what it may ask; ports may be chosen by the system.
            listener.Use(next => connection =>
            {
                connection.Features.Set(new ListenerFeature(role));
                return next(connection);
            });
        }
    }

    private Task HandleAsync(HttpContext context) => context.Features.GetRequiredFeature<ListenerFeature>().Role switch
    {
        Role.Application => AnswerAsync(context),
        Role.Probe => ProbeAsync(context),
        Role.Metrics => ExportAsync(context),
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var begun = _time.GetTimestamp();
        _drain.Seen();
        using var inFlight = _metrics.Begin();
        var request = context.Request;
        var (status, body) = request switch
        {
            { Path.Value: not "/" } => (StatusCodes.Status404NotFound, "Not found: this application answers /\n"u8.ToArray()),
            _ when !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) => (StatusCodes.Status405MethodNotAllowed, "Method not allowed: use GET\n"u8.ToArray()),
            _ when _faults.NextFails() => (StatusCodes.Status500InternalServerError, _injectedError),
            _ => (StatusCodes.Status200OK, _answer),
        };
        try
        {
            if (_options.Latency > TimeSpan.Zero)
                await Task.Delay(_options.Latency, _time, context.RequestAborted);
            if (_drain.Begun)
                context.Response.Headers.Connection = "close";
            if (status == StatusCodes.Status405MethodNotAllowed)
                context.Response.Headers.Allow = "GET, HEAD";
            await WriteAsync(context, status, body);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            status = StatusCodes.Status499ClientClosedRequest;
        }

        var took = _time.GetElapsedTime(begun);
        _metrics.Answered(status.ToString(CultureInfo.InvariantCulture), MethodLabel(request.Method), took, body.Length);
        _log.Request(request.Method, request.Path.Value ?? "", status, body.Length, took, context.Connection.RemoteIpAddress);
    }

    private Task ProbeAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/live" => WriteAsync(context, StatusCodes.Status200OK, "live\n"u8.ToArray()),
        "/ready" when _drain.Begun => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: shutting down\n"u8.ToArray()),
        "/ready" when _time.GetElapsedTime(_startedAt) < _options.ReadyDelay => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: READY_DELAY is not over\n"u8.ToArray()),
        "/ready" => WriteAsync(context, StatusCodes.Status200OK, "ready\n"u8.ToArray()),
        _ => WriteAsync(context, StatusCodes.Status404NotFound, "Not found: probes are /live and /ready\n"u8.ToArray()),
    };

    private async Task ExportAsync(HttpContext context)
    {
        if (context.Request.Path.Value != "/metrics")
        {
            await WriteAsync(context, StatusCodes.Status404NotFound, "Not found: metrics are at /metrics\n"u8.ToArray());
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await _metrics.ExportAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A label must have few values, and clients may send any method.</summary>
    private static string MethodLabel(string method) => method switch
    {
        "GET" => "get",
        "HEAD" => "head",
        "POST" => "post",
        "PUT" => "put",
        "PATCH" => "patch",
        "DELETE" => "delete",
        "OPTIONS" => "options",
        _ => "other",
    };

    /// <summary>Marks a connection with the listener it came in by.</summary>
    private sealed record ListenerFeature(Role Role);
}
