using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>A strategy by a Rollout instead of by hand.</summary>
/// <remarks>Each run makes a sandbox of its own; the collection is there so that it measures when little else goes on.</remarks>
[Collection(Collections.Lab)]
public sealed class LabRolloutTests
{
    [Fact]
    public async Task BlueGreen_ThatIsGood_NeedsOneCommand()
    {
        var report = await RunAsync(0);

        Assert.Equal("blue-green-rollout", report["strategy"]!.GetValue<string>());
        LabStrategyTests.NoneFailed(report);
        Assert.Equal(1, report["cost"]!["commands"]!.GetValue<int>());
    }

    [Fact]
    public async Task BlueGreen_ThatIsBad_IsTakenBackByItsAnalysis()
    {
        var report = await RunAsync(3, "--bad");

        Assert.EndsWith("so it was taken back by its analysis.", report["explanation"]!.GetValue<string>(), StringComparison.Ordinal);
        LabStrategyTests.OnlyTheNewVersionFailed(report);
        Assert.Equal(1, report["cost"]!["commands"]!.GetValue<int>());
    }

    private static async Task<JsonNode> RunAsync(int exitCode, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("bascule-lab-e2e-");
        try
        {
            var directory = Path.Combine(folder.FullName, "report");
            var run = await Shell.RunAsync(
                Cluster.Program, ["lab", "blue-green", "--rollout", "--pace", "5s", "--report", directory, .. arguments], LabTests.AloneIn(folder), seconds: 180);
            Assert.True(run.ExitCode == exitCode, $"{run.Command}: exit code {run.ExitCode}, expected {exitCode}\n{run.Output}\n{run.Errors}");
            var report = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "report.json")))!;
            report["output"] = run.Output;
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
