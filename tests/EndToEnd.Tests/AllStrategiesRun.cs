using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>One run of <c>bascule lab all</c>, and what it left.</summary>
public sealed class AllStrategiesRun : IAsyncLifetime
{
    private const int Bound = 900;

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("bascule-lab-e2e-");

    /// <summary>The strategies of the course.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["recreate", "ramped", "blue-green", "blue-green-multi", "canary-native", "canary-nginx", "canary-istio", "canary-gateway", "ab-testing", "shadow"];

    /// <summary>Where the reports are.</summary>
    public string Directory => Path.Combine(_folder.FullName, "report");

    public async ValueTask InitializeAsync() => (await BasculeAsync("lab", "all", "--pace", "2s", "--report", Directory)).Succeeded();

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The report of a strategy, or with <c>-bad</c> that of its bad version. Its page has a picture.</summary>
    internal async Task<JsonNode> ReportAsync(string name)
    {
        Assert.Contains("<svg", await File.ReadAllTextAsync(Path.Combine(Directory, name, "report.html")), StringComparison.Ordinal);
        return JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Directory, name, "report.json")))!;
    }

    /// <summary>The cells of a strategy's line in the comparison.</summary>
    internal async Task<string[]> ComparedAsync(string strategy)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Directory, "comparison.md"));
        return [.. lines.Single(l => l.StartsWith($"| {strategy} |", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries)[1..^1]];
    }

    internal Task<Finished> BasculeAsync(params string[] arguments) => Shell.RunAsync(Cluster.Program, arguments, LabTests.AloneIn(_folder), seconds: Bound);
}
