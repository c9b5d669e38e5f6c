using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Metrics.Tests;

/// <summary>A tiny HTTP server that answers as it is told and remembers what it was asked.</summary>
internal class TestHttpServer : IAsyncDisposable
{
    private readonly WebApplication app;

    protected TestHttpServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Answers a request.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Json("");

    /// <summary>What was asked: method, path, form or query, headers.</summary>
    public List<(string Method, string Path, Dictionary<string, string> Values, Dictionary<string, string> Headers)> Requests { get; } = [];

    /// <summary>The body of each request; empty for a form.</summary>
    public List<string> Bodies { get; } = [];

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<TestHttpServer> ServeAsync()
    {
        var server = new TestHttpServer();
        await server.ListenAsync();
        return server;
    }

    public static Func<HttpContext, Task> Json(string body, int code = 200) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    protected Task ListenAsync() => app.StartAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var values = request.HasFormContentType
            ? (await request.ReadFormAsync()).ToDictionary(p => p.Key, p => p.Value.ToString())
            : request.Query.ToDictionary(p => p.Key, p => p.Value.ToString());
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = request.HasFormContentType ? "" : await reader.ReadToEndAsync();
        lock (Requests)
        {
            Requests.Add((request.Method, request.Path, values, request.Headers.ToDictionary(p => p.Key, p => p.Value.ToString())));
            Bodies.Add(body);
        }

        await Answer(context);
    }
}
