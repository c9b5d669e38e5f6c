using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>The strategies by a Rollout instead of by hand: one command, and nobody has to watch.</summary>
/// <remarks>Each run makes a sandbox of its own; the collection is there so that it measures when little else goes on.</remarks>
[Collection(Collections.LabRollouts)]
public sealed class LabRolloutTests
{
    [Theory]
    [InlineData("blue-green", new int[0])]
    [InlineData("ab-testing", new[] { 100 })]
    [InlineData("shadow", new[] { 100 })]
    public async Task Good_NeedsOneCommand_AndFailsNobody(string strategy, int[] weights)
    {
        var report = await RunAsync(0, strategy);

        Assert.Equal($"{strategy}-rollout", report["strategy"]!.GetValue<string>());
        LabStrategyTests.NoneFailed(report);
        Assert.Equal(1, report["cost"]!["commands"]!.GetValue<int>());
        Assert.Equal(weights, report["marks"]!.AsArray().Where(m => m!["kind"]!.GetValue<string>() == "Weight").Select(m => m!["weight"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("ramped")]
    [InlineData("blue-green")]
    [InlineData("canary-native")]
    [InlineData("canary-nginx")]
    [InlineData("canary-istio")]
    [InlineData("canary-gateway")]
    [InlineData("ab-testing")]
    public async Task Bad_IsTakenBackByItsAnalysis_AndNothingElseFails(string strategy)
    {
        var report = await RunAsync(3, strategy, "--bad");

        Assert.EndsWith("so it was taken back by its analysis.", report["explanation"]!.GetValue<string>(), StringComparison.Ordinal);
        LabStrategyTests.OnlyTheNewVersionFailed(report);
        Assert.Equal(1, report["cost"]!["commands"]!.GetValue<int>());
    }

    /// <summary>Between the last pod of one version and the first of the other nobody may answer, so failures are no surprise here.</summary>
    [Fact]
    public async Task Recreate_ThatIsBad_IsTakenBackByItsAnalysis()
    {
        var report = await RunAsync(3, "recreate", "--bad");

        Assert.EndsWith("so it was taken back by its analysis.", report["explanation"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(report["cost"]!["timeToUndo"]!.GetValue<double>() > 0, "the way back took time");
    }

    [Fact]
    public async Task Shadow_ThatIsBad_IsTakenBackBeforeAnyUserMeetsIt()
    {
        var report = await RunAsync(3, "shadow", "--bad");

        LabStrategyTests.NoneFailed(report);
        Assert.Equal(0, report["cost"]!["exposedShare"]!.GetValue<double>());
    }

    private static async Task<JsonNode> RunAsync(int exitCode, string strategy, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("bascule-lab-e2e-");
        try
        {
            var directory = Path.Combine(folder.FullName, "report");
            var run = await Shell.RunAsync(
                Cluster.Program, ["lab", strategy, "--rollout", "--pace", "3s", "--report", directory, .. arguments], LabTests.AloneIn(folder), seconds: 180);
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
