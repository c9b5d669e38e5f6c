using System.Collections.Immutable;
using Bascule.Lab.Reports;

namespace Bascule.Lab.Tests.Reports;

public sealed class StrategyFiguresTests
{
    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.25, 1)]
    [InlineData(0.5, 2)]
    [InlineData(1.0, 3)]
    public void Cost_IsAMatterOfPodsBesideThoseBefore(double extra, int mark) => Assert.Equal(mark, (Some() with { ExtraPods = extra }).CostMark);

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.3, 0)]
    [InlineData(1.0, 1)]
    [InlineData(5.0, 3)]
    public void Rollback_IsAMatterOfTime(double seconds, int mark) => Assert.Equal(mark, (Some() with { TimeToUndo = seconds }).RollbackMark);

    [Theory]
    [InlineData(0.0, 0, 0.0, 0)]
    [InlineData(0.0, 9, 0.1, 1)]
    [InlineData(0.0, 9, 1.0, 2)]
    [InlineData(1.5, 400, 1.0, 3)]
    public void Impact_IsAMatterOfWhoHadTheBadVersion_AndOfDowntime(double downtime, long failed, double share, int mark) =>
        Assert.Equal(mark, (Some() with { Downtime = downtime, FailedWhenBad = failed, ShareWhenBad = share }).ImpactMark);

    [Fact]
    public async Task Comparison_IsReadAsItWasWritten()
    {
        var folder = Directory.CreateTempSubdirectory("bascule-test-");
        try
        {
            ImmutableArray<StrategyFigures> figures = [Some(), Some() with { Strategy = "other", IsTargeted = true }];

            var page = await Comparison.WriteAsync(figures, folder.FullName, CancellationToken.None);

            Assert.Equal(figures, await Comparison.ReadAsync(folder.FullName, CancellationToken.None));
            Assert.Contains("| some | yes | yes: 120 | no | ■□□ +10 % | □□□ 0.2 s | ■□□ 6 failed, 10 % had it | 6 objects, 8 commands |", await File.ReadAllTextAsync(page), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Comparison_ThatIsNotThere_SaysHowToMakeIt()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Comparison.ReadAsync("/nowhere", CancellationToken.None));

        Assert.Equal("there is no /nowhere/comparison.json: make it with `bascule lab all`, which tries every strategy", error.Message);
    }

    private static StrategyFigures Some() => new()
    {
        Strategy = "some",
        Downtime = 0,
        FailedWhenGood = 0,
        TestedOn = 120,
        IsTargeted = false,
        ExtraPods = 0.1,
        TimeToUndo = 0.2,
        FailedWhenBad = 6,
        ShareWhenBad = 0.1,
        Objects = 6,
        Commands = 8,
    };
}
