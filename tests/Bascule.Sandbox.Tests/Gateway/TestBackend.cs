using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Tests.Gateway;

/// <summary>A real HTTP server that stands for a pod: it answers its name, and keeps what it was asked.</summary>
internal sealed class TestBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestBackend(WebApplication app, string name) => (_app, Name) = (app, name);

    public string Name { get; }

    public int Port { get; private set; }

    /// <summary>What it was asked, in order: method, host, path with query, headers and body.</summary>
    public ConcurrentQueue<(string Line, IHeaderDictionary Headers, string Body)> Asked { get; } = new();

    /// <summary>Runs before an answer.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public static async Task<TestBackend> StartAsync(string name)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var backend = new TestBackend(app, name);
        app.Run(backend.AnswerAsync);
        await app.StartAsync();
        backend.Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Asked.Enqueue(($"{request.Method} {request.Host} {request.Path}{request.QueryString}", new HeaderDictionary(request.Headers.ToDictionary()), body));
        await Before(context);
        context.Response.Headers["x-pod"] = Name;
        await context.Response.WriteAsync(Name);
    }
}
