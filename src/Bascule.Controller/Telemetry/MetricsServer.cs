using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Bascule.Controller.Telemetry;

/// <summary>Answers <c>GET /metrics</c> (E2E-96). Disposing it stops.</summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;

    private MetricsServer(WebApplication app, TimeProvider time)
    {
        _app = app;
        _time = time;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it answers, with the port that was bound.</summary>
    public Uri Address { get; }

    /// <summary>Starts to answer.</summary>
    /// <param name="address">Where; port 0 takes any free one.</param>
    /// <param name="write">Writes all metrics.</param>
    /// <param name="time">Bounds the stop.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="AddressTakenException">The address cannot be had.</exception>
    public static async Task<MetricsServer> StartAsync(IPEndPoint address, Func<PipeWriter, CancellationToken, Task> write, TimeProvider time, CancellationToken cancellationToken)
    {
        // Empty, not slim: nothing of the surroundings (ASPNETCORE_URLS, appsettings.json) may change where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, listener => listener.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, write));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new AddressTakenException(address, e);
        }

        return new MetricsServer(app, time);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(Drain, _time);
        await _app.StopAsync(bound.Token);
        await _app.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, Func<PipeWriter, CancellationToken, Task> write)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Path.Value != "/metrics")
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            await response.WriteAsync("Not found: metrics are at /metrics\n", context.RequestAborted);
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            await response.WriteAsync("Method not allowed: use GET\n", context.RequestAborted);
            return;
        }

        response.ContentType = MetricsText.ContentType;
        if (HttpMethods.IsGet(request.Method))
            await write(response.BodyWriter, context.RequestAborted);
    }
}
