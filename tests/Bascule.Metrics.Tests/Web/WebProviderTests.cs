using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Metrics.Web;
using Microsoft.Extensions.Time.Testing;

namespace Bascule.Metrics.Tests.Web;

/// <summary>The web provider against a real server: MP-WEB, MP-MX-07.</summary>
public sealed class WebProviderTests
{
    [Theory]
    [InlineData("""{"a": 1, "b": true, "c": [1, 2], "d": null}""", null, "result.a > 0 && result.b && all(result.c, {# < 5}) && result.d == nil", """{"a":1,"b":true,"c":[1,2],"d":null}""")]
    [InlineData("""{"z":{"k":1},"a":"é<&>"}""", "{$}", "result.z.k == 1", """{"a":"é<&>","z":{"k":1}}""")]
    [InlineData("""{"key": [{"key2": {"value": "1.2"}}]}""", "{$.key[0].key2.value}", "asFloat(result) > 1.1", "\"1.2\"")]
    [InlineData("""{"key": [{"key2": {"value": -1.1}}]}""", "{$.key[0].key2.value}", "result < 0", "-1.1")]
    [InlineData("""{"n": 1e21, "m": 0.0000001}""", "{$}", "result.n > 1e20", """{"m":1e-07,"n":1e+21}""")]
    [InlineData("""{"n": 10000000.0}""", "{.n}", "result == 1e7", "10000000")]
    [InlineData("""{"ok": null}""", "{.ok}", "result == nil", "null")]
    [InlineData("[]", "{$}", "len(result) == 0", "[]")]
    [InlineData("OK", "{$.a}", "result == 'OK'", "OK")]
    [InlineData("", "{$.a}", "result == ''", "")]
    [InlineData("{not json", null, "result startsWith '{not'", "{not json")]
    public async Task Answer_IsReadAsJsonOrText_EXPR13(string body, string? jsonPath, string condition, string value)
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = TestHttpServer.Json(body);

        var (outcome, phase, error) = await MeasureAsync(server, condition, ("jsonPath", jsonPath));

        Assert.Equal((null, AnalysisPhase.Successful, value), (error, phase, outcome.Text));
    }

    [Theory]
    [InlineData(199 + 100)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Answer_OfAnotherCode_IsAnError(int code)
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = TestHttpServer.Json("{}", code == 299 ? 304 : code);

        var (outcome, _, _) = await MeasureAsync(server, "true");

        Assert.Equal($"received non 2xx response code: {(code == 299 ? 304 : code)}", outcome.Error);
    }

    [Fact]
    public async Task Answer_OfNoContent_IsEmptyText()
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        };

        Assert.Equal(AnalysisPhase.Successful, (await MeasureAsync(server, "result == ''")).Phase);
    }

    [Theory]
    [InlineData("{.nope}", "Could not find JSONPath in body: nope is not found")]
    [InlineData("{.list[7]}", "Could not find JSONPath in body: array index out of bounds: index 7, length 2")]
    [InlineData("{.list[?(@.a > 9)]}", "result of web metric produced no value")]
    [InlineData("{.list[", "web.jsonPath: invalid array index ")]
    public async Task Path_ThatFindsNothing_IsAnError(string jsonPath, string message)
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = TestHttpServer.Json("""{"list":[{"a":1},{"a":2}]}""");

        Assert.Equal(message, (await MeasureAsync(server, "true", ("jsonPath", jsonPath))).Outcome.Error);
    }

    [Fact]
    public async Task Request_CarriesMethodHeadersAndJsonBody()
    {
        await using var server = await TestHttpServer.ServeAsync();

        await MeasureAsync(
            server,
            "true",
            ("method", "PUT"),
            ("headers", JsonNode.Parse("""[{"key":"X-Token","value":"secret"},{"key":"Content-Type","value":"text/odd"},{"key":"User-Agent","value":"me"}]""")),
            ("jsonBody", JsonNode.Parse("""{"window":"5m","n":[1,2]}""")));

        var (method, path, values, headers) = Assert.Single(server.Requests);
        Assert.Equal(("PUT", "/check", "1"), (method, path, values["q"]));
        Assert.Equal(("secret", "me", "application/json"), (headers["X-Token"], headers["User-Agent"], headers["Content-Type"]));
        Assert.Equal("""{"window":"5m","n":[1,2]}""", server.Bodies[0]);
    }

    [Fact]
    public async Task Request_WithTextBody_KeepsTheUsersContentType()
    {
        await using var server = await TestHttpServer.ServeAsync();

        await MeasureAsync(server, "true", ("method", "POST"), ("body", "a=1\nb"), ("headers", JsonNode.Parse("""[{"key":"Content-Type","value":"text/odd"}]""")));

        Assert.Equal(("a=1\nb", "text/odd"), (server.Bodies[0], server.Requests[0].Headers["Content-Type"]));
    }

    [Theory]
    [InlineData("""{"method":"POST","body":"x","jsonBody":{}}""", "use either Body or JSONBody; both cannot exists for WebMetric payload")]
    [InlineData("""{"body":"x"}""", "Body/JSONBody can only be used with POST or PUT WebMetric Method types")]
    [InlineData("""{"method":"GET","jsonBody":{}}""", "Body/JSONBody can only be used with POST or PUT WebMetric Method types")]
    [InlineData("""{"url":"/relative"}""", "web.url: found no URL, expected something like http://my-service/metrics")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "web.url: found no URL, expected something like http://my-service/metrics")]
    [InlineData("""{"method":"not a method"}""", "web.method: found \"not a method\", expected GET, POST or PUT")]
    [InlineData("""{"jsonPath":"{.a"}""", "web.jsonPath: unclosed action")]
    [InlineData("""{"authentication":{"oauth2":{"tokenUrl":"http://127.0.0.1:1/t","clientId":"id"}}}""", "missing mandatory parameter in metric for OAuth2 setup")]
    public async Task Metric_ThatIsWrong_AsksNobody(string fields, string message)
    {
        await using var server = await TestHttpServer.ServeAsync();

        var (outcome, _, _) = await MeasureAsync(server, "true", [.. ((JsonObject)JsonNode.Parse(fields)!).Select(p => (p.Key, p.Value?.DeepClone()))]);

        Assert.Equal(message, outcome.Error);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task OAuth2_FetchesATokenAndSendsIt()
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = context => TestHttpServer.Json(context.Request.Path == "/token" ? """{"access_token":"t-1"}""" : "1")(context);

        var (_, phase, _) = await MeasureAsync(server, "result == 1", ("authentication", JsonNode.Parse($$"""
            {"oauth2":{"tokenUrl":"{{server.Address}}/token","clientId":"id","clientSecret":"hush","scopes":["a","b"]} }
            """)));

        Assert.Equal(AnalysisPhase.Successful, phase);
        Assert.Equal("a b", server.Requests[0].Values["scope"]);
        Assert.Equal("Bearer t-1", server.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Redirect_IsFollowed()
    {
        await using var server = await TestHttpServer.ServeAsync();
        server.Answer = context =>
        {
            if (context.Request.Path != "/check")
                return TestHttpServer.Json("7")(context);
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        Assert.Equal(AnalysisPhase.Successful, (await MeasureAsync(server, "result == 7")).Phase);
    }

    [Fact]
    public async Task Server_ThatDoesNotAnswer_IsAnErrorAfterTheTimeout()
    {
        await using var server = await TestHttpServer.ServeAsync();
        var asked = new TaskCompletionSource();
        server.Answer = async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        var time = new FakeTimeProvider();
        using var provider = new WebProvider(time);
        var measuring = provider.MeasureAsync(Asking(server, "true", ("timeoutSeconds", 3)), CancellationToken.None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));

        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal($"{server.Address} did not answer within 3 s", (await measuring.WaitAsync(TimeSpan.FromSeconds(30))).Error);
    }

    [Fact]
    public async Task Server_NotThere_IsAnErrorWithoutTheQuery()
    {
        using var provider = new WebProvider(TimeProvider.System);
        var metric = Metric.Parse(JsonElement.Parse("""{"name":"m","provider":{"web":{"url":"http://user:pass@127.0.0.1:1/x?token=hush"}}}"""));

        var outcome = await provider.MeasureAsync(new("default", metric, 0, null, []), CancellationToken.None);

        Assert.StartsWith("cannot query http://127.0.0.1:1: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Url_OfAService_IsSentToItsAddressWithItsName()
    {
        await using var server = await TestHttpServer.ServeAsync();
        var port = new Uri(server.Address).Port;
        using var provider = new WebProvider(TimeProvider.System, new TestServices());
        var metric = Metric.Parse(JsonElement.Parse($$"""{"name":"m","provider":{"web":{"url":"http://shop.default:{{port}}/check"} } }"""));

        Assert.Null((await provider.MeasureAsync(new("default", metric, 0, null, []), CancellationToken.None)).Error);

        Assert.Equal($"shop.default:{port}", server.Requests[0].Headers["Host"]);
    }

    private static async Task<(MeasurementOutcome Outcome, AnalysisPhase Phase, string? Error)> MeasureAsync(TestHttpServer server, string condition, params (string Name, JsonNode? Value)[] more)
    {
        using var provider = new WebProvider(TimeProvider.System);
        var task = Asking(server, condition, more);
        var outcome = await provider.MeasureAsync(task, CancellationToken.None);
        var (phase, error) = outcome.Error is null ? MetricConditions.Judge(task.Metric, outcome.Result, DateTimeOffset.UnixEpoch) : (AnalysisPhase.Error, outcome.Error);
        return (outcome, phase, error);
    }

    private static MeasurementTask Asking(TestHttpServer server, string condition, params (string Name, JsonNode? Value)[] more)
    {
        var web = new JsonObject { ["url"] = $"{server.Address}/check?q=1" };
        foreach (var (name, value) in more.Where(m => m.Value is not null))
            web[name] = value;
        var metric = new JsonObject { ["name"] = "m", ["successCondition"] = condition, ["provider"] = new JsonObject { ["web"] = web } };
        return new("default", Metric.Parse(JsonElement.Parse(metric.ToJsonString())), 0, null, []);
    }

    private sealed class TestServices : IServiceAddresses
    {
        public IPAddress? Find(string host, string? @namespace) => host == "shop.default" ? IPAddress.Loopback : null;
    }
}
