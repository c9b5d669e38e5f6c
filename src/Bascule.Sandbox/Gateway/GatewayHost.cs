using System.Net;
using Bascule.Sandbox.Gateway.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Bascule.Sandbox.Gateway;

/// <summary>The gateway's two listeners on loopback: one for users, one for whoever scrapes its metrics.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>Tried from here on when no port was asked for: the first that is free.</summary>
    public const int UsualPort = 8080;

    private const int UsualPorts = 20;
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;

    private GatewayHost(WebApplication app, RequestHandler handler, Uri address, Uri metrics, TimeProvider time)
    {
        (_app, _time) = (app, time);
        (Handler, Address, MetricsAddress) = (handler, address, metrics);
    }

    /// <summary>Answers the requests; without routes until it is given some.</summary>
    public RequestHandler Handler { get; }

    /// <summary>Where users come in.</summary>
    public Uri Address { get; }

    /// <summary>Where the metrics are, without the path <c>/metrics</c>.</summary>
    public Uri MetricsAddress { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="port">The users' port; null for the first free one from <see cref="UsualPort"/>, 0 for any.</param>
    /// <param name="time">The clock of timeouts and durations.</param>
    /// <param name="random">Where choices begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxException">The port is taken; the message says what to do.</exception>
    public static async Task<GatewayHost> StartAsync(int? port, TimeProvider time, Random random, CancellationToken cancellationToken)
    {
        if (port is { } only)
            return await TryAsync(only, time, random, cancellationToken) ?? throw new SandboxException($"port {only} on 127.0.0.1 is in use: stop the program that listens there, or choose another port for the gateway (0 takes any free one)");
        for (var candidate = UsualPort; candidate < UsualPort + UsualPorts; candidate++)
        {
            if (await TryAsync(candidate, time, random, cancellationToken) is { } host)
                return host;
        }

        return await StartAsync(0, time, random, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(s_drain, _time);
        await _app.StopAsync(bound.Token);
        await _app.DisposeAsync();
        Handler.Dispose();
    }

    /// <summary>Null when the port is taken.</summary>
    private static async Task<GatewayHost?> TryAsync(int port, TimeProvider time, Random random, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddHttpForwarder();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, port));
        var app = builder.Build();
        var metrics = new GatewayMetrics();
        var handler = new RequestHandler(app.Services.GetRequiredService<IHttpForwarder>(), metrics, time, random);
        var metricsPort = 0;
        app.Run(context => context.Connection.LocalPort == Volatile.Read(ref metricsPort) ? ShowMetricsAsync(context, metrics) : handler.HandleAsync(context));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            handler.Dispose();
            await app.DisposeAsync();
            return null;
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a)).ToList();
        Volatile.Write(ref metricsPort, bound[1].Port);
        return new GatewayHost(app, handler, bound[0], bound[1], time);
    }

    private static void Configure(KestrelServerOptions kestrel, int port)
    {
        kestrel.AddServerHeader = false;
        // The pods' own limits count, not the gateway's.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
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
