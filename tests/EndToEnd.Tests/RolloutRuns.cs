using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>
/// Runs of <c>bascule lab NAME --rollout</c>, each with a sandbox of its own. They mostly wait for metrics, so two go on at
/// once; a test waits for the one that it looks at.
/// </summary>
public sealed class RolloutRuns : IDisposable
{
    private readonly SemaphoreSlim _two = new(2);
    private readonly Dictionary<string, Task<Run>> _runs = new(StringComparer.Ordinal);

    /// <summary>Strategies that have a Rollout.</summary>
    public static IReadOnlyList<string> Strategies { get; } = [.. AllStrategiesRun.Names.Where(n => n != "blue-green-multi")];

    /// <summary>Begins with all of them.</summary>
    public RolloutRuns()
    {
        foreach (var name in Strategies)
            _runs[$"{name} --bad"] = RunAsync(name, "--bad");
        foreach (var name in new[] { "ab-testing", "shadow" })
            _runs[name] = RunAsync(name);
    }

    public void Dispose()
    {
        Task.WaitAll([.. _runs.Values]);
        _two.Dispose();
    }

    /// <summary>The report of a run, which must have ended as expected.</summary>
    internal async Task<JsonNode> ReportAsync(string run, int exitCode)
    {
        var (ended, report) = await _runs[run];
        Assert.True(ended.ExitCode == exitCode, $"{ended.Command}: exit code {ended.ExitCode}, expected {exitCode}\n{ended.Output}\n{ended.Errors}");
        return report!;
    }

    private async Task<Run> RunAsync(string strategy, params string[] arguments)
    {
        await _two.WaitAsync();
        var folder = Directory.CreateTempSubdirectory("bascule-lab-e2e-");
        try
        {
            var directory = Path.Combine(folder.FullName, "report");
            var ended = await Shell.RunAsync(
                Cluster.Program, ["lab", strategy, "--rollout", "--pace", "3s", "--report", directory, .. arguments], LabTests.AloneIn(folder), seconds: 180);
            var file = Path.Combine(directory, "report.json");
            var report = File.Exists(file) ? JsonNode.Parse(await File.ReadAllTextAsync(file)) : null;
            report?["output"] = ended.Output;
            return new Run(ended, report);
        }
        finally
        {
            folder.Delete(recursive: true);
            _two.Release();
        }
    }

    private sealed record Run(Finished Ended, JsonNode? Report);
}
