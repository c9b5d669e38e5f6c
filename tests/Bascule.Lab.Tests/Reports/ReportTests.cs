using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Bascule.Lab.Load;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Tests.Reports;

public sealed class ReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Set <c>BASCULE_UPDATE_GOLDENS=1</c> to write the files anew, then look at them in a browser.</summary>
    [Theory]
    [InlineData("good")]
    [InlineData("bad")]
    public async Task Report_OfARun_IsAsTheGoldenFile(string name)
    {
        var report = name == "good" ? SampleReports.Good() : SampleReports.Bad();
        var directory = Directory.CreateTempSubdirectory("bascule-report").FullName;
        try
        {
            var page = await ReportWriter.WriteAsync(report, directory, CancellationToken.None);
            var golden = Path.Combine(Path.GetDirectoryName(Here())!, "Goldens", $"{name}.html");
            if (Environment.GetEnvironmentVariable("BASCULE_UPDATE_GOLDENS") == "1")
                File.Copy(page, golden, overwrite: true);

            Assert.Equal(await File.ReadAllTextAsync(golden), await File.ReadAllTextAsync(page));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Chart_EachSecond_StacksToAllOfItsAnswers()
    {
        var chart = XDocument.Parse(ShareChart.Svg(SampleReports.Good()));

        var heights = chart.Descendants(Svg + "rect")
            .Where(r => (string?)r.Attribute("class") is "stable" or "canary" && r.Attribute("x") is not null)
            .GroupBy(r => (string)r.Attribute("x")!)
            .Select(g => g.Sum(r => (double)r.Attribute("height")!))
            .ToList();

        Assert.Equal(70, heights.Count);
        Assert.All(heights, h => Assert.Equal(270, h, tolerance: 0.05));
    }

    [Fact]
    public void Chart_SecondsThatNobodyAnswered_AreShownAsSuch()
    {
        var chart = XDocument.Parse(ShareChart.Svg(SampleReports.Recreate()));

        var down = chart.Descendants(Svg + "rect").Where(r => (string?)r.Attribute("class") == "down" && r.Attribute("x") is not null).ToList();
        Assert.Equal(3, down.Count);
        Assert.All(down, r => Assert.Equal(270, (double)r.Attribute("height")!, tolerance: 0.05));
        Assert.Contains(down, r => r.Value == "0:05: no answer 100");
        Assert.Contains(chart.Descendants(Svg + "text"), t => t.Value == "no answer");
        Assert.DoesNotContain(chart.Descendants(Svg + "text"), t => t.Value == "share asked for");
    }

    [Fact]
    public void Page_OfAStrategy_ShowsWhatItCost()
    {
        var page = ReportPage.Html(SampleReports.Recreate());

        Assert.Contains("<h3>Downtime</h3><strong>3.0 s</strong>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>Time to go back</h3><strong>4.25 s</strong>", page, StringComparison.Ordinal);
        Assert.Contains("<h3>Met the new version</h3><strong>74.0 %</strong>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_OfAStrategy_HasItsFiguresMarksAndSeconds()
    {
        var json = JsonNode.Parse(ReportJson.Text(SampleReports.Recreate()))!;

        Assert.Equal("recreate", json["strategy"]!.GetValue<string>());
        Assert.Equal("Promoted", json["outcome"]!.GetValue<string>());
        Assert.Equal((2000, 300), (json["requests"]!.GetValue<int>(), json["failed"]!.GetValue<int>()));
        Assert.Equal(300, json["failures"]!["Refused"]!.GetValue<int>());
        Assert.Equal(3, json["cost"]!["downtime"]!.GetValue<double>(), tolerance: 1e-9);
        Assert.Equal(4.25, json["cost"]!["timeToUndo"]!.GetValue<double>());
        Assert.Equal(["Applied", "Promoted"], json["marks"]!.AsArray().Select(m => m!["kind"]!.GetValue<string>()));
        Assert.Equal(100, json["seconds"]![5]!["unanswered"]!.GetValue<int>());
        Assert.Equal(100, json["seconds"]![9]!["answers"]!["v2.0.0"]!.GetValue<int>());
    }

    [Fact]
    public void Report_NeedsNothingFromElsewhere()
    {
        var page = ReportPage.Html(SampleReports.Bad());

        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Chart_TextOfStrangers_IsEscaped()
    {
        var report = SampleReports.Bad();
        var mark = new LabMark(TimeSpan.FromSeconds(1), MarkKind.Applied, "<script>alert(1)</script> & more");

        var chart = XDocument.Parse(ShareChart.Svg(report with { CanaryVersion = "v2<b>", Marks = [mark] }));

        Assert.Contains(chart.Descendants(Svg + "text"), t => t.Value == mark.Text);
    }

    [Fact]
    public void Chart_NoTrafficAtAll_IsStillAPicture()
    {
        var empty = new TrafficRecorder().Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.Zero);

        var chart = XDocument.Parse(ShareChart.Svg(SampleReports.Good() with { Traffic = empty, Marks = [] }));

        Assert.Contains(chart.Descendants(Svg + "text"), t => t.Value == "no request of 0 failed");
    }

    [Fact]
    public void Chart_LongRun_JoinsSecondsIntoFewBars()
    {
        var recorder = new TrafficRecorder();
        for (var second = 0; second < 1000; second++)
        {
            recorder.Begun();
            recorder.Ended(new RequestOutcome(TimeSpan.FromSeconds(second), TimeSpan.Zero, "v1.0.0", null, ""));
        }

        var bars = ChartScale.Bars(recorder.Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1000)));

        Assert.Equal(143, bars.Length);
        Assert.Equal(1000, bars.Sum(b => b.Total));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
