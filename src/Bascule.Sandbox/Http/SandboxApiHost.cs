using System.Net;
using Bascule.Sandbox.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Http;

/// <summary>Serves an <see cref="ApiServer"/> over HTTP on loopback. Disposing it ends all watches and stops.</summary>
public sealed class SandboxApiHost : IAsyncDisposable
{
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly ApiServer _server;
    private readonly TimeProvider _time;
    private bool _stopped;

    private SandboxApiHost(WebApplication app, ApiServer server, Uri address)
    {
        _app = app;
        _server = server;
        _time = server.Time;
        Address = address;
    }

    /// <summary>Where the API answers, with the port that was bound.</summary>
    public Uri Address { get; }

    /// <summary>Starts to serve; requests are answered when the task completes.</summary>
    /// <exception cref="SandboxException">The port is taken; the message says what to do.</exception>
    public static async Task<SandboxApiHost> StartAsync(ApiServer server, SandboxApiOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(options.LoggerFactory);
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        var app = builder.Build();
        var gate = new RequestGate(options.Token);
        var endpoint = new ApiEndpoint(server, options);
        app.Run(context => gate.Refusal(context.Request) is { } refusal ? Answers.WriteErrorAsync(context, refusal) : endpoint.HandleAsync(context));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new SandboxException($"port {options.Port} on 127.0.0.1 is in use: stop the program that listens there, or choose another port (0 takes any free one)", e);
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new(app, server, new(bound));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _server.Store.EndWatches();
        using var bound = new CancellationTokenSource(s_drain, _time);
        await _app.StopAsync(bound.Token);
        await _app.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions kestrel, SandboxApiOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
        {
            if (options.Certificate is null)
            {
                listen.Protocols = HttpProtocols.Http1;
                return;
            }

            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(options.Certificate);
        });
    }
}
