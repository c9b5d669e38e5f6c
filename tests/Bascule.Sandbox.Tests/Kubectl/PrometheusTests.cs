using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Tests.Kubectl;

/// <summary>
/// Service discovery through <c>kubernetes_sd_configs</c>. Debian builds Prometheus without it, so VictoriaMetrics, which
/// reads the same configuration and is built with it, proves the same there.
/// </summary>
public sealed class PrometheusTests
{
    [Theory]
    [InlineData("prometheus", "--config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address=127.0.0.1:{0} --log.level=error")]
    [InlineData("victoria-metrics", "-promscrape.config=prometheus.yml -storageDataPath=data -httpListenAddr=127.0.0.1:{0} -promscrape.kubernetesSDCheckInterval=1s -loggerLevel=ERROR")]
    public async Task Scraper_DiscoversPodsEndpointsAndServices(string program, string arguments)
    {
        var path = Path.Combine("/usr/bin", program);
        if (!File.Exists(path))
            Assert.Skip($"{program} is not installed: apt install {program}");
        await using var sandbox = await TestSandbox.StartAsync(seed: 21);
        await sandbox.ApplyAsync(ResourceTypes.Services, """{"metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]} }""");
        await sandbox.ApplyAsync(ResourceTypes.Deployments, TestSandbox.Deployment("web", 2, container: ""","ports":[{"containerPort":8080}]"""));
        await sandbox.UntilAsync(ResourceTypes.EndpointSlices, s => s.Any(x => x.Root.GetProperty("endpoints").GetArrayLength() == 2), "2 endpoints");
        var directory = Directory.CreateTempSubdirectory("bascule-prometheus-");
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "prometheus.yml"), Configuration(sandbox.Cluster.KubeconfigPath));
        var start = new ProcessStartInfo(path, string.Format(CultureInfo.InvariantCulture, arguments, port)) { WorkingDirectory = directory.FullName, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var complaint = process.StandardError.ReadLineAsync();
            if (await Task.WhenAny(complaint, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System)) == complaint && (await complaint)?.Contains("kubernetes_sd_configs not found", StringComparison.Ordinal) == true)
                Assert.Skip("this prometheus was built without Kubernetes service discovery (Debian's is): the row beside this one proves it with VictoriaMetrics");
            var targets = await UntilAsync(port, t => Count(t, "pod") == 2 && Count(t, "endpoints") == 2 && Count(t, "service") == 1);

            Assert.Contains("127.64.", targets, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            directory.Delete(recursive: true);
        }
    }

    private static int Count(string targets, string job) =>
        JsonElement.Parse(targets).GetProperty("data").GetProperty("activeTargets").EnumerateArray().Count(t => t.GetProperty("scrapePool").GetString() == job);

    private static string Configuration(string kubeconfig)
    {
        var job = (string role) => $"""
            - job_name: {role}
              kubernetes_sd_configs:
              - role: {role}
                kubeconfig_file: {kubeconfig}

            """;
        return "scrape_configs:\n" + job("pod") + job("endpoints") + job("service");
    }

    private static async Task<string> UntilAsync(int port, Func<string, bool> condition)
    {
        using var http = new HttpClient();
        using var bound = new CancellationTokenSource(TestSandbox.Patience, TimeProvider.System);
        var last = "no answer";
        while (!bound.IsCancellationRequested)
        {
            try
            {
                last = await http.GetStringAsync($"http://127.0.0.1:{port}/api/v1/targets", bound.Token);
                if (condition(last))
                    return last;
            }
            catch (HttpRequestException e)
            {
                last = e.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }

        Assert.Fail($"waited {TestSandbox.Patience.TotalSeconds} s for targets; last seen: {last}");
        return last;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
