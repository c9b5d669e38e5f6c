using Bascule.Lab.Load;
using Bascule.Lab.Runs;
using Bascule.Lab.Strategies;
using Bascule.Lab.Tests.Canary;
using Bascule.Lab.Tests.Reports;
using Bascule.Lab.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Lab.Tests.Views;

public sealed class ViewTests
{
    [Fact]
    public void ShareBars_MixedTraffic_StackBothColours()
    {
        var report = SampleReports.Good();
        var frame = new LabFrame(TimeSpan.FromSeconds(30), "v1.0.0", "v2.0.0", null, report.Traffic, report.Marks);

        var text = Plain(new ShareBars(frame, 10), 120);
        var coloured = Coloured(new ShareBars(frame, 10), 120);

        Assert.Contains("╷v2.0.0", text[0], StringComparison.Ordinal);
        Assert.Contains("╷40%", text[0], StringComparison.Ordinal);
        Assert.StartsWith("100 % ", text[1], StringComparison.Ordinal);
        Assert.StartsWith("  0 % ", text[10], StringComparison.Ordinal);
        Assert.Contains("138;181;116", coloured, StringComparison.Ordinal);
        Assert.Contains("229;183;77", coloured, StringComparison.Ordinal);
    }

    [Fact]
    public void LiveFrame_InTheMiddle_ShowsStepsWeightsMeasurementsAndWhatIsDone()
    {
        var report = SampleReports.Bad();
        var frame = new LabFrame(TimeSpan.FromSeconds(30), "v1.0.0", "v2.0.0", TestLooks.Updating(2, 3), report.Traffic, report.Marks);

        var text = string.Join('\n', Plain(LiveFrame.Render(frame, "rolling out v2.0.0", 40), 140));

        Assert.Contains("✔ setWeight: 20", text, StringComparison.Ordinal);
        Assert.Contains("▶ pause", text, StringComparison.Ordinal);
        Assert.Contains("· setWeight: 60", text, StringComparison.Ordinal);
        Assert.Contains("of 40 %", text, StringComparison.Ordinal);
        Assert.Contains("✘ success-rate = 0.89", text, StringComparison.Ordinal);
        Assert.Contains("88 failed", text, StringComparison.Ordinal);
        Assert.Contains("› rolling out v2.0.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PlainView_SecondsOfOneVersion_SayNothingNew()
    {
        var output = new StringWriter();
        var view = new PlainView(output);
        var look = TestLooks.Settled(1, "v1hash");

        for (var second = 2; second < 10; second++)
            view.Show(new LabFrame(TimeSpan.FromSeconds(second), "v1.0.0", "v2.0.0", look, Traffic(second, canaryShare: 0), []));

        Assert.InRange(Lines(output).Length, 0, 1);
    }

    [Fact]
    public void PlainView_SharedTraffic_HasALinePerSecondWithShares()
    {
        var output = new StringWriter();
        var view = new PlainView(output);
        var look = TestLooks.Updating(2, 1);

        for (var tick = 0; tick < 20; tick++)
            view.Show(new LabFrame(TimeSpan.FromSeconds(2 + (tick / 5)), "v1.0.0", "v2.0.0", look, Traffic(2 + (tick / 5), canaryShare: 20), []));
        view.Mark(new LabMark(TimeSpan.Zero, MarkKind.BadMeasurement, "success-rate = 0.5"));

        var lines = Lines(output);
        Assert.Equal(5, lines.Length);
        Assert.Contains("v1.0.0  80 %, v2.0.0  20 %", lines[0], StringComparison.Ordinal);
        Assert.Contains("✘ success-rate = 0.5", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void LiveFrame_ByHand_ShowsCommandsPodsAndErrors()
    {
        var text = string.Join('\n', Plain(LiveFrame.Render(ByHand(SampleReports.Bad().Traffic), "kubectl apply -f ramped-v2.0.0.yaml", 40), 140));

        Assert.Contains("$ kubectl apply -f ramped.yaml", text, StringComparison.Ordinal);
        Assert.Contains("v1.0.0  1 of  2 ready ●×", text, StringComparison.Ordinal);
        Assert.Contains("v2.0.0  0 of  1 ready ○", text, StringComparison.Ordinal);
        Assert.Contains("% failed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void PlainView_ByHand_HasSharesAndPods()
    {
        var output = new StringWriter();

        new PlainView(output).Show(ByHand(Traffic(3, canaryShare: 20)));

        Assert.Contains("v1.0.0  80 %, v2.0.0  20 % | pods 1/2 v1.0.0 + 0/1 v2.0.0 | 0 failed", Assert.Single(Lines(output)), StringComparison.Ordinal);
    }

    private static LabFrame ByHand(TrafficSnapshot traffic) => new(TimeSpan.FromSeconds(30), "v1.0.0", "v2.0.0", null, traffic, [])
    {
        Script = new ScriptLook(
            ["kubectl apply -f ramped.yaml"],
            [new PodLook("a", "v1.0.0", true, false), new PodLook("b", "v1.0.0", true, true), new PodLook("c", "v2.0.0", false, false)]),
    };

    private static string[] Lines(StringWriter output) => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static TrafficSnapshot Traffic(int seconds, int canaryShare)
    {
        var recorder = new TrafficRecorder();
        for (var i = 0; i < seconds * 100; i++)
        {
            recorder.Begun();
            recorder.Ended(new RequestOutcome(TimeSpan.FromMilliseconds(i * 10), TimeSpan.Zero, i % 100 < canaryShare ? "v2.0.0" : "v1.0.0", null, ""));
        }

        return recorder.Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds));
    }

    private static string[] Plain(IRenderable renderable, int width) => Draw(renderable, width, colours: false).Split('\n');

    private static string Coloured(IRenderable renderable, int width) => Draw(renderable, width, colours: true);

    private static string Draw(IRenderable renderable, int width, bool colours)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.TrueColor : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Write(renderable);
        return writer.ToString();
    }
}
