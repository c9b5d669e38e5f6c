using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>The strategies by a Rollout instead of by hand: one command, and nobody has to watch.</summary>
[Collection(Collections.LabRollouts)]
public sealed class LabRolloutTests(RolloutRuns runs) : IClassFixture<RolloutRuns>
{
    public static TheoryData<string> Strategies => [.. RolloutRuns.Strategies];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Bad_IsTakenBackByItsAnalysis_WithOneCommand(string strategy)
    {
        var report = await runs.ReportAsync($"{strategy} --bad", 3);

        Assert.Equal($"{strategy}-rollout", report["strategy"]!.GetValue<string>());
        Assert.EndsWith("so it was taken back by its analysis.", report["explanation"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(1, report["cost"]!["commands"]!.GetValue<int>());
        // Between the last pod of one version and the first of the other nobody may answer.
        if (strategy != "recreate")
            LabStrategyTests.OnlyTheNewVersionFailed(report);
    }

    [Fact]
    public async Task Shadow_ThatIsBad_IsTakenBackBeforeAnyUserMeetsIt()
    {
        var report = await runs.ReportAsync("shadow --bad", 3);

        LabStrategyTests.NoneFailed(report);
        Assert.Equal(0, report["cost"]!["exposedShare"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("ab-testing", "beta: v2.0.0")]
    [InlineData("shadow", "copies: v2.0.0")]
    public async Task Good_FailsNobody_AndIsForEverybodyInTheEnd(string strategy, string first)
    {
        var report = await runs.ReportAsync(strategy, 0);

        LabStrategyTests.NoneFailed(report);
        var marks = report["marks"]!.AsArray().Select(m => (Kind: m!["kind"]!.GetValue<string>(), Text: m["text"]!.GetValue<string>(), Weight: m["weight"]?.GetValue<int>())).ToList();
        Assert.Equal(first, marks.First(m => m.Kind == "Action").Text);
        Assert.Equal([100], marks.Where(m => m.Kind == "Weight").Select(m => m.Weight));
    }

    /// <summary>While the group alone has it, exactly those who send the header are answered by it, second by second.</summary>
    [Fact]
    public async Task AbTesting_TheGroupKeepsTheNewVersion_UntilEverybodyHasIt()
    {
        var report = await runs.ReportAsync("ab-testing", 0);

        var (from, to) = (At(report, "Action"), At(report, "Weight"));
        var seconds = report["seconds"]!.AsArray().Where(s => s!["second"]!.GetValue<int>() > from + 1 && s["second"]!.GetValue<int>() + 1 < to).Select(s => s!["answers"]!["v2.0.0"]?.GetValue<int>() ?? 0).ToList();
        Assert.NotEmpty(seconds);
        Assert.All(seconds, answers => Assert.True(answers > 0, $"the group had v2 in every second between {from} and {to}: {report["seconds"]!.ToJsonString()}"));
    }

    private static double At(JsonNode report, string kind) => report["marks"]!.AsArray().First(m => m!["kind"]!.GetValue<string>() == kind)!["at"]!.GetValue<double>();
}
