using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Bascule.Engine.Expressions;
using Bascule.Metrics.Prometheus;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Metrics.Tests.Prometheus;

public sealed class PrometheusProviderTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero));
    private readonly PrometheusProvider provider;
    private TestPrometheus server = null!;

    public PrometheusProviderTests() => provider = new(time);

    public async ValueTask InitializeAsync() => server = await TestPrometheus.StartAsync();

    public async ValueTask DisposeAsync()
    {
        provider.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"resultType":"scalar","result":[1,"0.99"]}""", "0.99", "float64")]
    [InlineData("""{"resultType":"scalar","result":[1,"NaN"]}""", "NaN", "float64")]
    [InlineData("""{"resultType":"scalar","result":[1,"1e+20"]}""", "100000000000000000000", "float64")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1,"0.99"]}]}""", "[0.99]", "[]float64")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1,"+Inf"]},{"metric":{},"value":[1,"-Inf"]},{"metric":{},"value":[1,"1e-7"]}]}""", "[+Inf,-Inf,0.0000001]", "[]float64")]
    [InlineData("""{"resultType":"vector","result":[]}""", "[]", "[]float64")]
    [InlineData("""{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1"],[2,"2"]]},{"metric":{},"values":[[1,"3"]]}]}""", "[1,2,3]", "[]float64")]
    public async Task Query_Answered_GivesTheValueAsPrometheusPrintsIt_PRM09_PRM10_PRM12(string data, string text, string type)
    {
        server.Answer = TestPrometheus.Json($$"""{"status":"success","data":{{data}} }""");

        var outcome = await provider.MeasureAsync(server.Query("up"), CancellationToken.None);

        Assert.Equal((null, text, type), (outcome.Error, outcome.Text, outcome.Result.TypeName));
    }

    [Fact]
    public async Task Query_Sent_IsAFormWithQueryAndTime_PRM04()
    {
        await provider.MeasureAsync(server.Query("sum(rate(x{a=\"b&c\"}[1m]))"), CancellationToken.None);

        var (method, path, values, _) = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/api/v1/query"), (method, path));
        Assert.Equal("sum(rate(x{a=\"b&c\"}[1m]))", values["query"]);
        Assert.Equal("1777896000", values["time"]);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Query_RefusedAsPost_IsSentAsGet_PRM04(int code)
    {
        var vector = server.Answer;
        server.Answer = context => context.Request.Method == "POST" ? TestPrometheus.Json("", code)(context) : vector(context);

        var outcome = await provider.MeasureAsync(server.Query("a & b"), CancellationToken.None);

        Assert.Equal("[]", outcome.Text);
        Assert.Equal("a & b", server.Requests[1].Values["query"]);
    }

    [Fact]
    public async Task RangeQuery_Sent_HasStartEndAndStep_PRM05_EXPR14()
    {
        var range = new JsonObject { ["start"] = "now() - duration(\"1h\")", ["end"] = "now()", ["step"] = "1m30s" };

        await provider.MeasureAsync(server.Query("up", ("rangeQuery", range)), CancellationToken.None);

        var (_, path, values, _) = Assert.Single(server.Requests);
        Assert.Equal("/api/v1/query_range", path);
        Assert.Equal(("1777892400", "1777896000", "90"), (values["start"], values["end"], values["step"]));
    }

    [Theory]
    [InlineData("5", "now()", "1m", "failed to parse rangeQuery.start as time: expected time.Time, but got int")]
    [InlineData("now()", "nope", "1m", "failed to parse rangeQuery.end as time: unknown name nope (1:1)")]
    [InlineData("now()", "now()", "often", "failed to parse rangeQuery.step as duration: time: invalid duration \"often\"")]
    public async Task RangeQuery_ThatIsWrong_SaysWhichField_PRM05_EXPR14(string start, string end, string step, string error)
    {
        var range = new JsonObject { ["start"] = start, ["end"] = end, ["step"] = step };

        Assert.Equal(error, (await provider.MeasureAsync(server.Query("up", ("rangeQuery", range)), CancellationToken.None)).Error);
    }

    [Theory]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unexpected end"}""", "bad_data: invalid parameter \"query\": 1:5: parse error: unexpected end")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"many-to-many matching"}""", "execution: many-to-many matching")]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out"}""", "timeout: query timed out")]
    [InlineData(200, """{"status":"error","errorType":"internal","error":"oops"}""", "internal: oops")]
    [InlineData(404, "page not found", "client_error: client error: 404")]
    [InlineData(502, "<html>", "server_error: server error: 502")]
    [InlineData(200, """{"hello":"world"}""", "bad_response: the answer has no status, is this address a Prometheus?")]
    [InlineData(200, """{"status":"success","data":{"resultType":"string","result":[1,"x"]}}""", "Prometheus metric type not supported")]
    [InlineData(200, """{"status":"success","data":{"resultType":"scalar","result":[1]}}""", "bad_response: found [1], expected a pair of time and number")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"abc"]}]}}""", "bad_response: found the sample \"abc\", expected a number")]
    public async Task Query_Refused_TellsWhatPrometheusSays(int code, string body, string error)
    {
        server.Answer = TestPrometheus.Json(body, code);

        Assert.Equal(error, (await provider.MeasureAsync(server.Query("up"), CancellationToken.None)).Error);
    }

    [Fact]
    public async Task Answer_ThatIsNotJson_IsAnError()
    {
        server.Answer = TestPrometheus.Json("hello");

        Assert.StartsWith("bad_response: the answer is not JSON", (await provider.MeasureAsync(server.Query("up"), CancellationToken.None)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_Unreachable_IsNamedWithTheCause()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = $"http://{socket.LocalEndPoint}";

        var outcome = await provider.MeasureAsync(TestPrometheus.Task(new() { ["address"] = $"{address}/prom", ["query"] = "up" }), CancellationToken.None);

        Assert.Equal($"cannot query Prometheus at {address}: Connection refused", outcome.Error);
    }

    [Fact]
    public async Task Prometheus_ThatDoesNotAnswer_TimesOut_PRM03()
    {
        var asked = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        server.Answer = async context =>
        {
            asked.SetResult();
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };
        var measuring = provider.MeasureAsync(server.Query("up", ("timeout", 7)), CancellationToken.None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(measuring.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(7));
        var outcome = await measuring.WaitAsync(TimeSpan.FromSeconds(30));
        ended.SetResult();

        Assert.Equal($"Prometheus at {server.Address} did not answer within 7 s", outcome.Error);
    }

    [Fact]
    public async Task Measurement_Cancelled_ThrowsAndIsNoError()
    {
        using var cancel = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        server.Answer = async _ =>
        {
            await cancel.CancelAsync();
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => provider.MeasureAsync(server.Query("up"), cancel.Token));
        ended.SetResult();
    }

    [Theory]
    [InlineData("""{"query":"up"}""", "prometheus address is not configured")]
    [InlineData("""{"address":"prometheus:9090"}""", "prometheus address is not is url format: found \"prometheus:9090\", expected something like http://prometheus:9090")]
    [InlineData("""{"address":"/x"}""", "prometheus address is not is url format: found \"/x\", expected something like http://prometheus:9090")]
    [InlineData("""{"address":"http://p","timeout":-1}""", "prometheus timeout should not be negative")]
    [InlineData("""{"address":"http://p","authentication":{"basicAuth":{"password":"x"}}}""", "missing mandatory parameter in metric for basic auth setup: username")]
    [InlineData("""{"address":"http://p","authentication":{"basicAuth":{"username":"x"}}}""", "missing mandatory parameter in metric for basic auth setup: password")]
    [InlineData("""{"address":"http://p","authentication":{"oauth2":{"tokenUrl":"http://t","clientId":"x"}}}""", "missing mandatory parameter in metric for OAuth2 setup")]
    [InlineData("""{"address":"http://aps-workspaces","authentication":{"sigv4":{"region":"x"}}}""", "prometheus authentication.sigv4 is not supported by this version, use basicAuth, oauth2 or a signing proxy")]
    public async Task Settings_ThatAreWrong_SayWhat_PRM02_PRM03_PRM06_PRM07(string fields, string error) =>
        Assert.Equal(error, (await provider.MeasureAsync(TestPrometheus.Task(JsonNode.Parse(fields)!.AsObject()), CancellationToken.None)).Error);

    [Fact]
    public async Task Address_Absent_IsTheDefault_PRM02()
    {
        using var withDefault = new PrometheusProvider(time, $"{server.Address}/prefix/");

        await withDefault.MeasureAsync(TestPrometheus.Task(new() { ["query"] = "up" }), CancellationToken.None);

        Assert.Equal("/prefix/api/v1/query", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public async Task Headers_AndBasicAuth_AreSent_PRM06()
    {
        var headers = new JsonArray(new JsonObject { ["key"] = "X-Scope-OrgID", ["value"] = "tenant" }, new JsonObject { ["key"] = "User-Agent", ["value"] = "me" });
        var authentication = new JsonObject { ["basicAuth"] = new JsonObject { ["username"] = "u", ["password"] = "p" } };

        await provider.MeasureAsync(server.Query("up", ("headers", headers), ("authentication", authentication)), CancellationToken.None);

        var sent = Assert.Single(server.Requests).Headers;
        Assert.Equal(("tenant", "me"), (sent["X-Scope-OrgID"], sent["User-Agent"]));
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("u:p"))}", sent["Authorization"]);
    }

    [Fact]
    public async Task OAuth2_FetchesATokenFirst_PRM07()
    {
        var vector = server.Answer;
        server.Answer = context => context.Request.Path == "/token" ? TestPrometheus.Json("""{"access_token":"tok","token_type":"Bearer"}""")(context) : vector(context);
        var authentication = new JsonObject
        {
            ["oauth2"] = new JsonObject { ["tokenUrl"] = $"{server.Address}/token", ["clientId"] = "id", ["clientSecret"] = "secret", ["scopes"] = new JsonArray("a", "b") },
        };

        var outcome = await provider.MeasureAsync(server.Query("up", ("authentication", authentication)), CancellationToken.None);

        Assert.Null(outcome.Error);
        Assert.Equal(("client_credentials", "a b"), (server.Requests[0].Values["grant_type"], server.Requests[0].Values["scope"]));
        Assert.Equal("Bearer tok", server.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task OAuth2_Refused_SaysWhere()
    {
        server.Answer = TestPrometheus.Json("no", 401);
        var authentication = new JsonObject { ["oauth2"] = new JsonObject { ["tokenUrl"] = $"{server.Address}/token", ["clientId"] = "id", ["clientSecret"] = "secret" } };

        var outcome = await provider.MeasureAsync(server.Query("up", ("authentication", authentication)), CancellationToken.None);

        Assert.Equal($"oauth2: cannot fetch token from {server.Address}/token: the server answered 401", outcome.Error);
    }

    [Fact]
    public async Task Warnings_EndInTheMetadata_PRM11()
    {
        server.Answer = TestPrometheus.Json("""{"status":"success","warnings":["w1","w2"],"data":{"resultType":"vector","result":[]}}""");

        Assert.Equal("\"w1\", \"w2\"", (await provider.MeasureAsync(server.Query("up"), CancellationToken.None)).Metadata["warnings"]);
    }

    [Fact]
    public async Task Host_ThatIsAService_IsReachedAtItsAddress()
    {
        var services = new TestServiceAddresses();
        using var beside = new PrometheusProvider(time, null, services);
        var port = new Uri(server.Address).Port;

        var outcome = await beside.MeasureAsync(TestPrometheus.Task(new() { ["address"] = $"http://prometheus:{port}", ["query"] = "up" }, "shop"), CancellationToken.None);

        Assert.Equal("[]", outcome.Text);
        Assert.Equal([("prometheus", "shop")], services.Asked);
        Assert.Equal($"prometheus:{port}", Assert.Single(server.Requests).Headers["Host"]);
    }

    [Fact]
    public void Describe_GivesTheResolvedQuery() =>
        Assert.Equal("up", provider.Describe(server.Query("up").Metric)["ResolvedPrometheusQuery"]);

    [Fact]
    public async Task Vector_MeasuredAndJudged_IsWhatTheSeedExpects_EXPR13()
    {
        server.Answer = TestPrometheus.Json("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"0.97"]}]}}""");

        var outcome = await provider.MeasureAsync(server.Query("up"), CancellationToken.None);

        Assert.Equal(new Value.Boolean(true), Expression.Parse("result[0] >= 0.95").Evaluate(ExpressionScope.ForResult(outcome.Result, time.GetUtcNow())));
    }

    private sealed class TestServiceAddresses : IServiceAddresses
    {
        public List<(string, string?)> Asked { get; } = [];

        public IPAddress? Find(string host, string? @namespace)
        {
            Asked.Add((host, @namespace));
            return IPAddress.Loopback;
        }
    }
}
