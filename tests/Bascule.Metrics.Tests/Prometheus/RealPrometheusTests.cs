using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bascule.Engine.Analysis;
using Bascule.Metrics.Prometheus;

namespace Bascule.Metrics.Tests.Prometheus;

/// <summary>The provider against the real program, which scrapes itself.</summary>
public sealed class RealPrometheusTests : IAsyncLifetime
{
    private const string Program = "/usr/bin/prometheus";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PrometheusProvider provider = new(TimeProvider.System);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bascule-prometheus-");
    private Process? process;
    private string address = "";

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            Assert.Skip($"needs {Program}: apt install prometheus");
        var port = FreePort();
        address = $"http://127.0.0.1:{port}";
        var config = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, $$"""
            global: {scrape_interval: 200ms, scrape_timeout: 200ms}
            scrape_configs:
            - job_name: self
              static_configs: [{targets: ["127.0.0.1:{{port}}"]}]
            """);
        process = Process.Start(new ProcessStartInfo(Program)
        {
            ArgumentList =
            {
                $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        provider.Dispose();
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Prometheus_ScrapingItself_AnswersEveryKindOfQuery()
    {
        Assert.Equal("[1]", (await UntilAsync("up{job=\"self\"}", o => o.Text == "[1]")).Text);
        Assert.Equal("42", (await QueryAsync("scalar(vector(42))")).Text);
        Assert.Equal("[]", (await QueryAsync("nothing_of_that_name")).Text);
        Assert.Equal("[NaN]", (await QueryAsync("vector(0) / 0")).Text);
        Assert.Equal("[+Inf]", (await QueryAsync("vector(1) / 0")).Text);
        Assert.Equal("NaN", (await QueryAsync("scalar(nothing_of_that_name)")).Text);
        Assert.Equal("Prometheus metric type not supported", (await QueryAsync("\"text\"")).Error);
    }

    [Fact]
    public async Task Prometheus_RefusingAQuery_SaysWhy()
    {
        await UntilAsync("vector(1)", o => o.Error is null);

        var outcome = await QueryAsync("sum(rate(");

        Assert.StartsWith("bad_data: invalid parameter \"query\": 1:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("parse error", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_AskedForARange_GivesAllPoints()
    {
        await UntilAsync("vector(1)", o => o.Error is null);

        var outcome = await provider.MeasureAsync(
            TestPrometheus.Task(new()
            {
                ["address"] = address,
                ["query"] = "vector(3)",
                ["rangeQuery"] = new System.Text.Json.Nodes.JsonObject { ["start"] = "now() - duration('10s')", ["end"] = "now()", ["step"] = "5s" },
            }),
            CancellationToken.None);

        Assert.Equal("[3,3,3]", outcome.Text);
    }

    private Task<MeasurementOutcome> QueryAsync(string query) =>
        provider.MeasureAsync(TestPrometheus.Task(new() { ["address"] = address, ["query"] = query }), CancellationToken.None);

    private async Task<MeasurementOutcome> UntilAsync(string query, Func<MeasurementOutcome, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var outcome = await QueryAsync(query);
            if (holds(outcome))
                return outcome;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{query} within {Patience}: {outcome.Error ?? outcome.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
