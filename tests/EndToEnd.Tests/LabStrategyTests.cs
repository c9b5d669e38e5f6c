using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>The strategies of the course, by hand: each keeps what it promises to users, for a good version and for a bad one.</summary>
/// <remarks>All are looked at in the reports of one run of <c>bascule lab all</c>.</remarks>
[Collection(Collections.AllStrategies)]
public sealed class LabStrategyTests(AllStrategiesRun all) : IClassFixture<AllStrategiesRun>
{
    [Fact]
    public async Task Recreate_ThatIsGood_HasDowntime_AndNeverTwoVersionsAtOnce()
    {
        var report = await all.ReportAsync("recreate");

        Assert.True(Failed(report) > 0, "requests failed while no pod was there");
        Assert.True(Cost(report, "downtime") > 0, "there was a time without an answer");
        Assert.Equal(0, Cost(report, "errorsOfNewVersion"));
        Assert.Equal(0, Cost(report, "peakExtraPods"));
        Assert.True(Version(report, "v1.0.0")["last"]!.GetValue<double>() < Version(report, "v2.0.0")["first"]!.GetValue<double>(), "v1 ended before v2 began");
    }

    [Fact]
    public async Task Recreate_ThatIsBad_HasDowntimeOnTheWayBackToo()
    {
        var report = await all.ReportAsync("recreate-bad");

        Assert.True(Cost(report, "errorsOfNewVersion") > 0, "users met the bad version");
        Assert.True(Cost(report, "timeToUndo") > 0, "the way back took time");
        Assert.True(Failures(report, "Status") < Failed(report), "not only the bad version failed requests");
    }

    [Fact]
    public async Task Ramped_ThatIsGood_FailsNoRequest_AndTakesOneExtraPodAtATime()
    {
        var report = await all.ReportAsync("ramped");

        NoneFailed(report);
        Assert.Equal(0, Cost(report, "downtime"));
        Assert.True(Cost(report, "peakExtraPods") >= 1, "maxSurge: 1");
        Assert.True(
            Version(report, "v2.0.0")["first"]!.GetValue<double>() < Version(report, "v1.0.0")["last"]!.GetValue<double>(), "both versions answered for a while");
    }

    [Fact]
    public async Task Ramped_ThatIsBad_IsTakenBackBeforeAllUsersHaveIt()
    {
        var report = await all.ReportAsync("ramped-bad");

        Assert.Equal(0, Cost(report, "downtime"));
        OnlyTheNewVersionFailed(report);
        Assert.InRange(Cost(report, "exposedShare"), 0.001, 0.6);
    }

    [Fact]
    public async Task BlueGreen_ThatIsGood_FailsNoRequest_AndMovesAllUsersAtOnce()
    {
        var report = await all.ReportAsync("blue-green");

        NoneFailed(report);
        Assert.Equal(3, Cost(report, "peakExtraPods"));
        var moved = Mark(report, "Action");
        Assert.InRange(Version(report, "v1.0.0")["last"]!.GetValue<double>(), 0, moved + 1);
        Assert.InRange(Version(report, "v2.0.0")["first"]!.GetValue<double>(), moved - 1, double.MaxValue);
    }

    [Fact]
    public async Task BlueGreen_ThatIsBad_IsBackAtOnce()
    {
        var report = await all.ReportAsync("blue-green-bad");

        Assert.Equal(0, Cost(report, "downtime"));
        OnlyTheNewVersionFailed(report);
        Assert.InRange(Cost(report, "timeToUndo"), 0, 2);
    }

    [Fact]
    public async Task CanaryNative_ThatIsGood_FailsNoRequest_AndGrowsInStages()
    {
        var report = await all.ReportAsync("canary-native");

        NoneFailed(report);
        Assert.Equal([10, 20, 50, 100], report["marks"]!.AsArray().Where(m => Text(m!, "kind") == "Weight").Select(m => m!["weight"]!.GetValue<int>()));
    }

    [Fact]
    public async Task CanaryNative_ThatIsBad_IsMetByFewUsers()
    {
        var report = await all.ReportAsync("canary-native-bad");

        OnlyTheNewVersionFailed(report);
        Assert.InRange(Cost(report, "exposedShare"), 0.001, 0.15);
    }

    [Theory]
    [InlineData("canary-nginx")]
    [InlineData("canary-istio")]
    [InlineData("canary-gateway")]
    public async Task RoutedCanary_ThatIsGood_FailsNoRequest_AndGivesEachShareExactly(string strategy)
    {
        var report = await all.ReportAsync(strategy);

        NoneFailed(report);
        var weights = report["marks"]!.AsArray().Where(m => Text(m!, "kind") == "Weight").Select(m => m!["weight"]!.GetValue<int>()).ToList();
        Assert.Equal([10, 25, 50, 100], weights);
        // In the second after a weight was set, as many users as it says are answered by the new version, whatever the pods.
        foreach (var mark in report["marks"]!.AsArray().Where(m => Text(m!, "kind") == "Weight"))
        {
            var second = report["seconds"]!.AsArray().First(s => s!["second"]!.GetValue<int>() > mark!["at"]!.GetValue<double>())!["answers"]!.AsObject().ToDictionary(a => a.Key, a => a.Value!.GetValue<int>());
            Assert.InRange(100.0 * second.GetValueOrDefault("v2.0.0") / second.Values.Sum(), mark!["weight"]!.GetValue<int>() - 4, mark["weight"]!.GetValue<int>() + 4);
        }
    }

    [Theory]
    [InlineData("canary-nginx")]
    [InlineData("canary-istio")]
    [InlineData("canary-gateway")]
    public async Task RoutedCanary_ThatIsBad_IsMetByFewUsers_AndTakenBackAtOnce(string strategy)
    {
        var report = await all.ReportAsync(strategy + "-bad");

        OnlyTheNewVersionFailed(report);
        Assert.InRange(Cost(report, "exposedShare"), 0.001, 0.15);
        Assert.InRange(Cost(report, "timeToUndo"), 0, 1);
    }

    [Fact]
    public async Task BlueGreenMulti_ThatIsGood_MovesBothApplicationsAtOnce()
    {
        var report = await all.ReportAsync("blue-green-multi");

        NoneFailed(report);
        Assert.Equal(4, Cost(report, "peakExtraPods"));
        Assert.InRange(Version(report, "v1.0.0")["last"]!.GetValue<double>(), 0, Mark(report, "Action") + 1);
    }

    [Fact]
    public async Task AbTesting_ThatIsGood_GivesTheNewVersionToWhoSendsTheHeader_ThenToAll()
    {
        var report = await all.ReportAsync("ab-testing");

        NoneFailed(report);
        var actions = report["marks"]!.AsArray().Where(m => Text(m!, "kind") == "Action").ToList();
        var second = report["seconds"]!.AsArray().First(s => s!["second"]!.GetValue<int>() > actions[0]!["at"]!.GetValue<double>())!;
        Assert.True(second["second"]!.GetValue<int>() + 1 < actions[1]!["at"]!.GetValue<double>(), "a whole second of the test was seen");
        Assert.Equal(30, second["answers"]!["v2.0.0"]!.GetValue<int>());
    }

    [Fact]
    public async Task Shadow_ThatIsBad_IsSeenByNobody()
    {
        var report = await all.ReportAsync("shadow-bad");

        NoneFailed(report);
        Assert.Equal(0, Cost(report, "exposedShare"));
        Assert.Equal(0, Cost(report, "errorsOfNewVersion"));
        var copies = report["copies"]!.AsArray()[^1]!;
        Assert.True(copies["failed"]!.GetValue<long>() > 0, "the copies showed it");
    }

    [Fact]
    public async Task Shadow_ThatIsGood_GetsACopyOfEveryRequest_BeforeAnybodyHasIt()
    {
        var report = await all.ReportAsync("shadow");

        NoneFailed(report);
        var (copied, given) = (Mark(report, "Action"), report["marks"]!.AsArray().Where(m => Text(m!, "kind") == "Action").Select(m => m!["at"]!.GetValue<double>()).ElementAt(1));
        Assert.InRange(Version(report, "v2.0.0")["first"]!.GetValue<double>(), given - 1, double.MaxValue);
        Assert.InRange(report["copies"]!.AsArray()[^1]!["count"]!.GetValue<long>(), 1, (long)((given - copied) * 100) + 50);
    }

    /// <summary>
    /// The marks that the course's article gives; the number of squares is the mark. Going back by starting pods takes as long
    /// as they take to start: that is the article's much for a ramp that has ended, and little for one that is caught early.
    /// </summary>
    [Theory]
    [InlineData("recreate", false, false, false, 1, "■■■", 3)]
    [InlineData("ramped", true, false, false, 1, "■", 1)]
    [InlineData("blue-green", true, false, false, 3, "□□□", 2)]
    [InlineData("blue-green-multi", true, false, false, 3, "□□□", 2)]
    [InlineData("canary-native", true, true, false, 1, "■", 1)]
    [InlineData("canary-nginx", true, true, false, 1, "□□□", 1)]
    [InlineData("canary-istio", true, true, false, 1, "□□□", 1)]
    [InlineData("canary-gateway", true, true, false, 1, "□□□", 1)]
    [InlineData("ab-testing", true, true, true, 1, "□□□", 1)]
    [InlineData("shadow", true, true, false, 3, "□□□", 0)]
    public async Task Comparison_GivesTheMarksOfTheArticle(string strategy, bool zeroDowntime, bool realTraffic, bool targeted, int cost, string rollback, int impact)
    {
        var cells = await all.ComparedAsync(strategy);

        Assert.Equal(
            (zeroDowntime, realTraffic, targeted, Squares(cost), Squares(impact)),
            (cells[1].StartsWith("yes", StringComparison.Ordinal), cells[2].StartsWith("yes", StringComparison.Ordinal), cells[3] == "yes", cells[4][..3], cells[6][..3]));
        Assert.StartsWith(rollback, cells[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_ShowsTheTableAgain()
    {
        var table = (await all.BasculeAsync("lab", "compare", "--report", all.Directory)).Succeeded();

        Assert.All(AllStrategiesRun.Names, name => Assert.Contains(name, table, StringComparison.Ordinal));
    }

    private static string Squares(int mark) => new string('■', mark) + new string('□', 3 - mark);

    private static long Failed(JsonNode report) => report["failed"]!.GetValue<long>();

    /// <summary>No user was failed.</summary>
    internal static void NoneFailed(JsonNode report) => Assert.True(Failed(report) == 0, $"failed: {Failing(report)}");

    /// <summary>Nobody failed users but the new version itself.</summary>
    internal static void OnlyTheNewVersionFailed(JsonNode report) => Assert.True(
        Cost(report, "errorsOfNewVersion") == Failed(report), $"the new version failed {Cost(report, "errorsOfNewVersion")} of these: {Failing(report)}");

    /// <summary>What failed, and when.</summary>
    private static string Failing(JsonNode report) =>
        $"{report["failures"]!.ToJsonString()}, by second {string.Join(", ", report["seconds"]!.AsArray().Where(s => s!["failed"]!.GetValue<long>() > 0).Select(s => s!.ToJsonString()))}; {report["marks"]!.ToJsonString()}\n{report["output"]}";

    private static long Failures(JsonNode report, string kind) => report["failures"]![kind]?.GetValue<long>() ?? 0;

    private static double Cost(JsonNode report, string figure) => report["cost"]![figure]!.GetValue<double>();

    private static double Mark(JsonNode report, string kind) => report["marks"]!.AsArray().First(m => Text(m!, "kind") == kind)!["at"]!.GetValue<double>();

    private static JsonNode Version(JsonNode report, string version) => report["versions"]!.AsArray().Single(v => Text(v!, "version") == version)!;

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();
}
