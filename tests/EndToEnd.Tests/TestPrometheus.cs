using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests;

/// <summary>A real Prometheus with nothing to scrape: enough for queries whose answer is in the query.</summary>
internal sealed class TestPrometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private TestPrometheus(Process process, DirectoryInfo data, string address)
    {
        _process = process;
        _data = data;
        Address = address;
    }

    public string Address { get; }

    public static async Task<TestPrometheus> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("bascule-prometheus-");
        var config = Path.Combine(data.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, "global: {scrape_interval: 1s}\n");
        var address = $"127.0.0.1:{FreePort()}";
        var process = Shell.Start(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(data.FullName, "data")}", $"--web.listen-address={address}"],
            new Dictionary<string, string?>());
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var prometheus = new TestPrometheus(process, data, $"http://{address}");
        using var http = new HttpClient();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await ReadyAsync(http, prometheus.Address))
            await Task.Delay(TimeSpan.FromMilliseconds(50), bound.Token);
        return prometheus;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private static async Task<bool> ReadyAsync(HttpClient http, string address)
    {
        try
        {
            return (await http.GetAsync(new Uri($"{address}/-/ready"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
