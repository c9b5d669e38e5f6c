using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tests.Shared;

namespace EndToEnd.Tests;

/// <summary>The main job: the lab as a user runs it, judged by its exit code, its report, and by Prometheus.</summary>
/// <remarks>It makes a sandbox of its own, so it needs none here; the collection is there so that it measures when little else goes on.</remarks>
[Collection(Collections.Lab)]
public sealed partial class LabTests
{
    /// <summary>The queries of the dashboards that had no answer yet.</summary>
    private readonly HashSet<string> _unanswered = Queries();

    private const string Query = """sum(rate(http_requests_total{app="goprom"}[1m])) by (version)""";

    [Fact]
    public async Task Canary_ThatIsGood_EndsOnTheNewVersion_WithoutOneFailedRequest()
    {
        var (run, rates) = await RunAsync();

        run.Succeeded();
        Assert.Contains("failed: 0 ", run.Output, StringComparison.Ordinal);
        Assert.Contains(rates, r => r.GetValueOrDefault("v1.0.0") > 0 && r.GetValueOrDefault("v2.0.0") == 0);
        Assert.Contains(rates, r => r.GetValueOrDefault("v1.0.0") > 0 && r.GetValueOrDefault("v2.0.0") > 0);
        Assert.True(rates[^1]["v2.0.0"] > rates.First(r => r.ContainsKey("v2.0.0"))["v2.0.0"], "the new version got more and more of the requests");
    }

    [Fact]
    public async Task Canary_ThatIsBad_ComesBackByItself_AndItsExitCodeSaysSo_AndEveryPanelShowsSomething()
    {
        var (run, rates) = await RunAsync("--bad");
        Assert.Empty(_unanswered);

        Assert.True(run.ExitCode == 3, $"exit code {run.ExitCode}, expected 3 (rolled back)\n{run.Output}\n{run.Errors}");
        Assert.Contains("everybody is back on v1.0.0", run.Output, StringComparison.Ordinal);
        Assert.True(rates[^1]["v1.0.0"] > rates[^1].GetValueOrDefault("v2.0.0"), "most requests went to the old version");
    }

    /// <summary>A home of its own and no cluster, so that the lab starts one.</summary>
    internal static IReadOnlyDictionary<string, string?> AloneIn(DirectoryInfo folder) => new Dictionary<string, string?>
    {
        ["HOME"] = folder.FullName,
        ["XDG_STATE_HOME"] = null,
        ["KUBECONFIG"] = null,
        ["NO_COLOR"] = "1",
    };

    /// <summary>Runs the lab and asks its Prometheus the course's question over and over while it runs.</summary>
    private async Task<(Finished Run, List<Dictionary<string, double>> Rates)> RunAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("bascule-lab-e2e-");
        try
        {
            var rates = new List<Dictionary<string, double>>();
            using var http = new HttpClient();
            Task asking = Task.CompletedTask;
            using var ended = new CancellationTokenSource();
            var run = await Shell.RunAsync(
                Cluster.Program,
                ["lab", "canary", "--pace", "5s", "--report", Path.Combine(folder.FullName, "report"), .. arguments],
                AloneIn(folder),
                seconds: 180,
                onLine: line =>
                {
                    if (PrometheusAddress().Match(line) is { Success: true } match)
                        asking = AskAsync(http, match.Value, rates, ended.Token);
                });
            await ended.CancelAsync();
            await asking;
            Assert.True(rates.Count > 0, $"Prometheus was never asked\n{run.Output}\n{run.Errors}");
            if (run.ExitCode is 0 or 3)
            {
                var page = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "report", "report.html"));
                Assert.Contains("<svg", page, StringComparison.Ordinal);
                Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
            }

            return (run, rates);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static HashSet<string> Queries() =>
    [
        .. Repository.Files(Path.Combine("deploy", "grafana", "dashboards"), "*.json")
            .SelectMany(f => JsonNode.Parse(File.ReadAllText(f))!["panels"]!.AsArray())
            .SelectMany(p => p!["targets"]!.AsArray())
            .Select(t => t!["expr"]!.GetValue<string>()),
    ];

    private async Task AskAsync(HttpClient http, string prometheus, List<Dictionary<string, double>> rates, CancellationToken ended)
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                var answer = JsonNode.Parse(await http.GetStringAsync(new Uri($"{prometheus}api/v1/query?query={Uri.EscapeDataString(Query)}"), ended))!;
                var rate = answer["data"]!["result"]!.AsArray().ToDictionary(
                    r => r!["metric"]!["version"]!.GetValue<string>(),
                    r => double.Parse(r!["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture));
                if (rate.Values.Any(v => v > 0))
                    rates.Add(rate);
                foreach (var query in _unanswered.ToList())
                {
                    var panel = JsonNode.Parse(await http.GetStringAsync(new Uri($"{prometheus}api/v1/query?query={Uri.EscapeDataString(query)}"), ended))!;
                    if (panel["data"]!["result"]!.AsArray().Count > 0)
                        _unanswered.Remove(query);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(250), ended);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            // The lab has ended, and its Prometheus with it.
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/(?=\)\s*$)")]
    private static partial Regex PrometheusAddress();
}
