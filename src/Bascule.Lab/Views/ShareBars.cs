using Bascule.Lab.Load;
using Bascule.Lab.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Lab.Views;

/// <summary>The picture of the report in characters: a bar per second, the old version below, the new one above.</summary>
/// <param name="frame">What to draw.</param>
/// <param name="height">Rows of the bars.</param>
internal sealed class ShareBars(LabFrame frame, int height) : Renderable
{
    private const int LabelWidth = 6;
    private const int Eighths = 8;
    private const int WidestBar = 3;
    private const string Levels = " ▁▂▃▄▅▆▇█";

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var columns = Math.Max(1, maxWidth - LabelWidth);
        // The second that is still going on would show a share of a few requests.
        var seconds = frame.Traffic is { } traffic ? traffic.Seconds.SkipLast(1).TakeLast(columns).ToArray() : [];

        // Bars grow narrower as the run grows longer; with room to spare they stand apart.
        var width = Math.Clamp(columns / Math.Max(1, seconds.Length), 1, WidestBar);
        var segments = new List<Segment>(Flags(seconds, columns, width));
        for (var row = height - 1; row >= 0; row--)
        {
            segments.Add(new Segment(Label(row), LabColours.Quiet));
            segments.AddRange(seconds.SelectMany(s => Wide(Cell(s, row), width)));
            segments.Add(Segment.LineBreak);
        }

        segments.Add(new Segment("fails ", LabColours.Quiet));
        segments.AddRange(seconds.SelectMany(s => Wide(s.Failed > 0 ? new Segment("▪", LabColours.Bad) : new Segment("·", LabColours.Quiet), width)));
        segments.Add(Segment.LineBreak);
        return segments;
    }

    /// <summary>What happened in which second, as far as there is room.</summary>
    private IEnumerable<Segment> Flags(TrafficSecond[] seconds, int columns, int width)
    {
        var line = new char[columns];
        Array.Fill(line, ' ');
        var free = 0;
        foreach (var mark in frame.Marks.Where(m => m.Kind is not MarkKind.GoodMeasurement and not MarkKind.BadMeasurement))
        {
            var text = "╷" + (mark.Kind switch
            {
                MarkKind.Weight => $"{mark.Weight}%",
                MarkKind.Applied => frame.CanaryVersion,
                MarkKind.Action => mark.Text,
                MarkKind.TakenBack => "taken back",
                MarkKind.AnalysisFailed => "failed",
                MarkKind.Aborted => "aborted",
                MarkKind.RolledBack => "back",
                MarkKind.Promoted => "promoted",
                MarkKind.GoodMeasurement or MarkKind.BadMeasurement => "",
            });
            var column = seconds.Length == 0 ? 0 : ((int)mark.At.TotalSeconds - seconds[0].Index) * width;
            if (column < free || column + text.Length > columns)
                continue;
            text.CopyTo(line.AsSpan(column));
            free = column + text.Length + 1;
        }

        return [new Segment(new string(' ', LabelWidth)), new Segment(new string(line), LabColours.Strong), Segment.LineBreak];
    }

    private static IEnumerable<Segment> Wide(Segment cell, int width) =>
        width == 1 ? [cell] : [.. Enumerable.Repeat(cell, width - 1), new Segment(" ")];

    private string Label(int row) =>
        row == height - 1 ? "100 % " : row == height / 2 ? " 50 % " : row == 0 ? "  0 % " : new string(' ', LabelWidth);

    private Segment Cell(TrafficSecond second, int row)
    {
        if (second.Answers.IsEmpty)
            return new Segment(" ");
        var stable = (int)Math.Round(second.ShareOf(frame.StableVersion) * height * Eighths);
        var level = Math.Clamp(stable - (row * Eighths), 0, Eighths);
        return level == Eighths
            ? new Segment("█", LabColours.StableText)
            : level == 0 ? new Segment("█", LabColours.CanaryText) : new Segment(Levels[level].ToString(), new Style(LabColours.Stable, LabColours.Canary));
    }
}
