using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Traffic.Tests.Aws;

/// <summary>A tiny HTTP server that answers as AWS documents and keeps what it was sent, byte for byte.</summary>
internal sealed class TestAws : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestAws()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Answers the body of a request.</summary>
    public Func<string, (int Code, string Body)> Answer { get; set; } = _ => (200, "");

    /// <summary>What was sent: method and path, body, headers.</summary>
    public ConcurrentQueue<(string Line, string Body, Dictionary<string, string> Headers)> Requests { get; } = new();

    /// <summary>The bodies that were sent.</summary>
    public IEnumerable<string> Bodies => Requests.Select(r => r.Body);

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<TestAws> ServeAsync()
    {
        var server = new TestAws();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A result of an action, as AWS writes it.</summary>
    public static (int Code, string Body) Result(string action, string content) => (
        200,
        $"""
        <{action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
          <{action}Result>{content}</{action}Result>
          <ResponseMetadata><RequestId>f1f5a4f4-b4a1-11e5-8f3d-EXAMPLE</RequestId></ResponseMetadata>
        </{action}Response>
        """);

    /// <summary>An error, as AWS writes it.</summary>
    public static (int Code, string Body) Error(int code, string name, string message) => (
        code,
        $"""
        <ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
          <Error><Type>Sender</Type><Code>{name}</Code><Message>{message}</Message></Error>
          <RequestId>f1f5a4f4-b4a1-11e5-8f3d-EXAMPLE</RequestId>
        </ErrorResponse>
        """);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        Requests.Enqueue(($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", body, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        (context.Response.StatusCode, var answer) = Answer(body);
        await context.Response.WriteAsync(answer);
    }
}
