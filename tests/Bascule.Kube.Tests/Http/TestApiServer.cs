using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Bascule.Kube.Config;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Tests.Http;

/// <summary>A server that notes every request as it came and answers what the test says, in order.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers = new();

    private TestApiServer(WebApplication app) => _app = app;

    public ConcurrentQueue<TestRequest> Requests { get; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public KubeConnection Connection => new() { Server = Address, Credential = new KubeCredential.Token("secret-token"), Origin = "test" };

    public static async Task<TestApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new TestApiServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public TestApiServer Answers(string body, int code = 200, string contentType = "application/json", string? retryAfter = null) => Answers(async context =>
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
    });

    public TestApiServer Answers(Func<HttpContext, Task> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue(new TestRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, body, headers));
        if (_answers.TryDequeue(out var answer))
            await answer(context);
        else
            context.Response.StatusCode = StatusCodes.Status501NotImplemented;
    }
}

/// <summary>A request as it came.</summary>
internal sealed record TestRequest(string Method, string Target, string Body, Dictionary<string, string> Headers);
