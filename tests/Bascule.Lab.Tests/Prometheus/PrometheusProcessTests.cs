using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Lab.Prometheus;
using Bascule.Lab.Tests.Load;
using Microsoft.AspNetCore.Http;

namespace Bascule.Lab.Tests.Prometheus;

public sealed class PrometheusProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly string SearchPath = Environment.GetEnvironmentVariable("PATH") ?? "";

    private readonly string _directory = Directory.CreateTempSubdirectory("bascule-prometheus").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Pods_WithTheCoursesAnnotations_AreScrapedOnceWithTheLabelsOfTheSeed()
    {
        SkipWithoutPrometheus();
        await using var metrics = await TestWebServer.StartAsync(context => context.Response.WriteAsync(
            """
            http_requests_total{code="200",method="get",version="v1.0.0"} 7
            http_requests_total{code="500",method="get",version="v1.0.0"} 1

            """));
        await using var prometheus = await PrometheusProcess.StartAsync(Options(), TimeProvider.System, CancellationToken.None);

        prometheus.Targets.Write([Pod("goprom-1", metrics.Url.Port), Pod("silent", metrics.Url.Port, scrape: false), Pod("ended", metrics.Url.Port, phase: "Succeeded")], ImmutableSortedDictionary<string, Uri>.Empty);

        var samples = await UntilAnyAsync(prometheus.Client, """http_requests_total{app="goprom",service="goprom",status=~"2.."}""");

        var sample = Assert.Single(samples);
        Assert.Equal(7, sample.Value);
        Assert.Equal("goprom-1", sample.Labels["pod"]);
        Assert.Equal("default", sample.Labels["namespace"]);
        Assert.Equal("v1.0.0", sample.Labels["version"]);
        var all = await prometheus.Client.QueryAsync("count(http_requests_total)", CancellationToken.None);
        Assert.Equal(2, Assert.Single(all).Value);
    }

    [Fact]
    public async Task Query_Refused_SaysWhy()
    {
        SkipWithoutPrometheus();
        await using var prometheus = await PrometheusProcess.StartAsync(Options(), TimeProvider.System, CancellationToken.None);

        var scalar = await prometheus.Client.QueryAsync("scalar(vector(2)) + 1", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<LabException>(() => prometheus.Client.QueryAsync("sum(", CancellationToken.None));

        Assert.Equal(3, Assert.Single(scalar).Value);
        Assert.Contains("refused the query 'sum('", refused.Message, StringComparison.Ordinal);
        Assert.Contains("parse error", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_Running_FreesThePort()
    {
        SkipWithoutPrometheus();
        var prometheus = await PrometheusProcess.StartAsync(Options(), TimeProvider.System, CancellationToken.None);

        await prometheus.DisposeAsync();

        using var again = new TcpListener(IPAddress.Loopback, prometheus.Address.Port);
        again.Start();
    }

    [Fact]
    public async Task Start_PortInUse_SaysSo()
    {
        SkipWithoutPrometheus();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var options = Options() with { Port = port };

        var problem = await Assert.ThrowsAsync<LabException>(() => PrometheusProcess.StartAsync(options, TimeProvider.System, CancellationToken.None).WaitAsync(Patience));

        Assert.Contains($"127.0.0.1:{port}: the port is in use", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ItEnds_ShowsTheEndOfItsLog()
    {
        SkipWithoutPrometheus();
        var options = Options() with { ScrapeInterval = TimeSpan.FromMilliseconds(-1) };

        var problem = await Assert.ThrowsAsync<LabException>(() => PrometheusProcess.StartAsync(options, TimeProvider.System, CancellationToken.None).WaitAsync(Patience));

        Assert.Contains("Prometheus ended with exit code", problem.Message, StringComparison.Ordinal);
        Assert.Contains("err=", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NotInstalled_SaysWhatToInstall()
    {
        var problem = Assert.Throws<LabException>(() => PrometheusProcess.Find(_directory));

        Assert.Contains("apt install prometheus", problem.Message, StringComparison.Ordinal);
    }

    private static void SkipWithoutPrometheus() =>
        Assert.SkipWhen(!SearchPath.Split(':').Any(d => File.Exists(Path.Combine(d, "prometheus"))), "prometheus is not installed: apt install prometheus");

    private static async Task<IReadOnlyList<PrometheusSample>> UntilAnyAsync(PrometheusClient client, string query)
    {
        using var bound = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var samples = await client.QueryAsync(query, bound.Token);
            if (samples.Length > 0)
                return samples;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
        }
    }

    private static KubeObject Pod(string name, int metricsPort, bool scrape = true, string phase = "Running") => KubeObject.From(new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = "default",
            ["labels"] = new JsonObject { ["app"] = "goprom" },
            ["annotations"] = new JsonObject { ["prometheus.io/scrape"] = scrape ? "true" : "false", ["prometheus.io/port"] = $"{metricsPort}" },
        },
        ["status"] = new JsonObject { ["phase"] = phase, ["podIP"] = "127.0.0.1" },
    });

    private PrometheusOptions Options() => new() { Directory = _directory, SearchPath = SearchPath };
}
