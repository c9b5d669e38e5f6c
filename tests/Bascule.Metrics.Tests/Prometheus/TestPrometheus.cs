using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Metrics.Tests.Prometheus;

/// <summary>A server that answers an empty vector unless it is told otherwise.</summary>
internal sealed class TestPrometheus : TestHttpServer
{
    private TestPrometheus() => Answer = Json("""{"status":"success","data":{"resultType":"vector","result":[]}}""");

    public static async Task<TestPrometheus> StartAsync()
    {
        var server = new TestPrometheus();
        await server.ListenAsync();
        return server;
    }

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
}
