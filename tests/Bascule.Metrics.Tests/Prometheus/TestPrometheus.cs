using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bascule.Metrics.Tests.Prometheus;

/// <summary>A tiny HTTP server that answers as it is told and remembers what it was asked.</summary>
internal sealed class TestPrometheus : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestPrometheus(WebApplication app) => this.app = app;

    /// <summary>Answers a request: by default an empty vector.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Json("""{"status":"success","data":{"resultType":"vector","result":[]}}""");

    /// <summary>What was asked: method, path, form or query, headers.</summary>
    public List<(string Method, string Path, Dictionary<string, string> Values, Dictionary<string, string> Headers)> Requests { get; } = [];

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<TestPrometheus> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new TestPrometheus(app);
        app.Run(async context =>
        {
            var values = context.Request.HasFormContentType
                ? (await context.Request.ReadFormAsync()).ToDictionary(p => p.Key, p => p.Value.ToString())
                : context.Request.Query.ToDictionary(p => p.Key, p => p.Value.ToString());
            lock (server.Requests)
                server.Requests.Add((context.Request.Method, context.Request.Path, values, context.Request.Headers.ToDictionary(p => p.Key, p => p.Value.ToString())));
            await server.Answer(context);
        });
        await app.StartAsync();
        return server;
    }

    public static Func<HttpContext, Task> Json(string body, int code = 200) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(body);
    };

    /// <summary>A measurement of a metric whose <c>prometheus</c> block has the given fields.</summary>
    public static MeasurementTask Task(JsonObject fields, string? @namespace = "default")
    {
        var metric = new JsonObject { ["name"] = "m", ["provider"] = new JsonObject { ["prometheus"] = fields } };
        return new(@namespace, Metric.Parse(JsonElement.Parse(metric.ToJsonString())), 0, null, []);
    }

    public MeasurementTask Query(string query, params (string Name, JsonNode Value)[] more)
    {
        var fields = new JsonObject { ["address"] = Address, ["query"] = query };
        foreach (var (name, value) in more)
            fields[name] = value;
        return Task(fields);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
