using System.Net;
using Bascule.Sandbox.Gateway.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Gateway;

/// <summary>The gateway's two listeners on loopback: one for users, one for whoever scrapes its metrics.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>Tried from here on when no port was asked for: the first that is free.</summary>
    public const int UsualPort = 8080;

    private const int UsualPorts = 20;

    private readonly Listener _listener;
    private readonly WebApplication _metrics;

    private GatewayHost(Listener listener, WebApplication metrics, RequestHandler handler)
    {
        (_listener, _metrics, Handler) = (listener, metrics, handler);
        MetricsAddress = new Uri(metrics.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Answers the requests; without routes until it is given some.</summary>
    public RequestHandler Handler { get; }

    /// <summary>Where users come in.</summary>
    public Uri Address => _listener.Address;

    /// <summary>Where the metrics are, without the path <c>/metrics</c>.</summary>
    public Uri MetricsAddress { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="port">The users' port; null for the first free one from <see cref="UsualPort"/>, 0 for any.</param>
    /// <param name="time">The clock of timeouts and durations.</param>
    /// <param name="random">Where choices begin.</param>
    /// <param name="logger">Hears of what should not happen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxException">The port is taken; the message says what to do.</exception>
    public static async Task<GatewayHost> StartAsync(int? port, TimeProvider time, Random random, ILogger logger, CancellationToken cancellationToken)
    {
        var metrics = new GatewayMetrics();
        var scraped = await ServeMetricsAsync(metrics, cancellationToken);
        var handler = new RequestHandler(metrics, time, random);
        if (Listen(port, handler, time, logger) is { } listener)
            return new GatewayHost(listener, scraped, handler);
        handler.Dispose();
        await scraped.DisposeAsync();
        throw new SandboxException($"port {port} on 127.0.0.1 is in use: stop the program that listens there, or choose another port for the gateway (0 takes any free one)");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        Handler.Dispose();
        await _metrics.StopAsync(new CancellationToken(canceled: true));
        await _metrics.DisposeAsync();
    }

    /// <returns>Null when the port that was asked for is taken.</returns>
    private static Listener? Listen(int? port, RequestHandler handler, TimeProvider time, ILogger logger)
    {
        if (port is { } only)
            return Listener.TryStart(only, handler, time, logger);
        for (var candidate = UsualPort; candidate < UsualPort + UsualPorts; candidate++)
        {
            if (Listener.TryStart(candidate, handler, time, logger) is { } listener)
                return listener;
        }

        return Listener.TryStart(0, handler, time, logger);
    }

    private static async Task<WebApplication> ServeMetricsAsync(GatewayMetrics metrics, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.Run(context => ShowMetricsAsync(context, metrics));
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task ShowMetricsAsync(HttpContext context, GatewayMetrics metrics)
    {
        if (context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await metrics.WriteAsync(context.Response.Body, context.RequestAborted);
    }
}
