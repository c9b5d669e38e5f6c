using System.Globalization;
using System.Net;

namespace Goprom.Tests;

public sealed class GopromRoutesTests
{
    [Fact]
    public async Task Application_Root_AnswersHostAndVersion()
    {
        await using var goprom = await GopromProcess.StartAsync(("VERSION", "v1.0.0"), ("HOSTNAME", "goprom-abc"));

        Assert.Equal("Host: goprom-abc, Version: v1.0.0\n", await goprom.Http.GetStringAsync(goprom.Application));
    }

    [Fact]
    public async Task Application_NoHostname_AnswersMachineName()
    {
        await using var goprom = await GopromProcess.StartAsync();

        Assert.Equal($"Host: {Dns.GetHostName()}, Version: \n", await goprom.Http.GetStringAsync(goprom.Application));
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    [InlineData("HEAD", "/", HttpStatusCode.OK)]
    [InlineData("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/live", HttpStatusCode.NotFound)]
    [InlineData("GET", "/metrics", HttpStatusCode.NotFound)]
    public async Task Application_MethodAndPath_AnswerTheirStatus(string method, string path, HttpStatusCode expected)
    {
        await using var goprom = await GopromProcess.StartAsync();

        using var answer = await goprom.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(goprom.Application, path)));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Probes_Running_AreLiveAndReady()
    {
        await using var goprom = await GopromProcess.StartAsync();

        Assert.Equal("live\n", await goprom.Http.GetStringAsync(new Uri(goprom.Probe, "/live")));
        Assert.Equal("ready\n", await goprom.Http.GetStringAsync(new Uri(goprom.Probe, "/ready")));
    }

    [Fact]
    public async Task Readiness_DuringReadyDelay_Is503WhileLive()
    {
        await using var goprom = await GopromProcess.StartAsync(("READY_DELAY", "1h"));

        using var ready = await goprom.Http.GetAsync(new Uri(goprom.Probe, "/ready"));
        using var live = await goprom.Http.GetAsync(new Uri(goprom.Probe, "/live"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Metrics_AfterRequests_HaveTheCoursesNamesLabelsAndBuckets()
    {
        await using var goprom = await GopromProcess.StartAsync(("VERSION", "v1.0.0"));
        for (var i = 0; i < 3; i++)
            await goprom.Http.GetStringAsync(goprom.Application);
        using var notFound = await goprom.Http.GetAsync(new Uri(goprom.Application, "/nowhere"));

        var lines = (await goprom.Http.GetStringAsync(goprom.Metrics)).Split('\n');

        Assert.Contains("in_flight_requests 0", lines);
        Assert.Contains("# TYPE http_requests_total counter", lines);
        Assert.Contains("""http_requests_total{code="200",method="get",version="v1.0.0"} 3""", lines);
        Assert.Contains("""http_requests_total{code="404",method="get",version="v1.0.0"} 1""", lines);
        Assert.Contains("""http_requests_total{code="500",method="get",version="v1.0.0"} 0""", lines);
        foreach (var bound in new[] { "0.25", "0.5", "1", "2.5", "5", "10", "+Inf" })
            Assert.Contains($$"""request_duration_seconds_bucket{code="200",method="get",version="v1.0.0",le="{{bound}}"} 3""", lines);
        foreach (var bound in new[] { "200", "500", "900", "1500", "+Inf" })
            Assert.Contains($$"""response_size_bytes_bucket{code="200",method="get",version="v1.0.0",le="{{bound}}"} 3""", lines);
    }

    [Fact]
    public async Task Log_EachRequest_IsOneJsonLine()
    {
        await using var goprom = await GopromProcess.StartAsync(("VERSION", "v1.0.0"), ("HOSTNAME", "pod-1"));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => goprom.Http.GetStringAsync(goprom.Application)));
        await goprom.TerminateAsync();
        await goprom.EndAsync();

        var requests = goprom.Log().Where(l => l.GetProperty("message").GetString() == "request").ToArray();

        Assert.Equal(20, requests.Length);
        Assert.All(requests, line =>
        {
            Assert.Equal("GET", line.GetProperty("method").GetString());
            Assert.Equal("/", line.GetProperty("path").GetString());
            Assert.Equal(200, line.GetProperty("status").GetInt32());
            Assert.Equal("v1.0.0", line.GetProperty("version").GetString());
            Assert.Equal("pod-1", line.GetProperty("host").GetString());
            Assert.Equal("127.0.0.1", line.GetProperty("remote").GetString());
            Assert.Equal("Host: pod-1, Version: v1.0.0\n".Length, line.GetProperty("size").GetInt32());
        });
    }

    [Theory]
    [InlineData("0.3", 3)]
    [InlineData("30%", 3)]
    [InlineData("1", 10)]
    [InlineData("0", 0)]
    public async Task ErrorRate_OfTenRequests_FailsItsShare(string rate, int failures)
    {
        await using var goprom = await GopromProcess.StartAsync(("ERROR_RATE", rate), ("VERSION", "v2.0.0"));

        var failed = 0;
        for (var i = 0; i < 10; i++)
        {
            using var answer = await goprom.Http.GetAsync(goprom.Application);
            Assert.Contains("Version: v2.0.0", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            failed += answer.StatusCode == HttpStatusCode.InternalServerError ? 1 : 0;
        }

        Assert.Equal(failures, failed);
        var metrics = await goprom.Http.GetStringAsync(goprom.Metrics);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $$"""http_requests_total{code="500",method="get",version="v2.0.0"} {{failures}}"""), metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latency_Set_DelaysEachAnswer()
    {
        await using var goprom = await GopromProcess.StartAsync(("LATENCY_MS", "300"), ("VERSION", "v1"));

        await goprom.Http.GetStringAsync(goprom.Application);

        var metrics = (await goprom.Http.GetStringAsync(goprom.Metrics)).Split('\n');
        Assert.Contains("""request_duration_seconds_bucket{code="200",method="get",version="v1",le="0.25"} 0""", metrics);
    }
}
