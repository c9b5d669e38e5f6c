using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Reports;

/// <summary>
/// The picture of a rollout: the share of answers per version for each second as stacked bars, the share that was asked
/// for as a line over them, what happened as marks above, and failed requests in a lane below. One SVG that needs nothing
/// else and follows the reader's light or dark setting.
/// </summary>
internal sealed class ShareChart
{
    private const int Width = 1240;
    private const int Height = 500;
    private const int Left = 62;
    private const int Right = 24;
    private const int PlotTop = 112;
    private const int PlotHeight = 270;
    private const int LaneTop = 424;
    private const int LaneHeight = 26;
    private const int LabelRows = 3;
    private const int LabelRowHeight = 20;
    private const double CharacterWidth = 6.6;
    private const int PlotBottom = PlotTop + PlotHeight;
    private const int PlotWidth = Width - Left - Right;

    private readonly LabReport _report;
    private readonly ImmutableArray<Bar> _bars;
    private readonly int _seconds;
    private readonly StringBuilder _svg = new();

    private ShareChart(LabReport report)
    {
        _report = report;
        _bars = ChartScale.Bars(report.Traffic);
        _seconds = Math.Max(1, _bars.IsEmpty ? 1 : _bars[^1].From + _bars[^1].Seconds - First);
    }

    private bool HasUnanswered => _bars.Any(b => b.Unanswered > 0);

    private int First => _bars.IsEmpty ? 0 : _bars[0].From;

    /// <summary>Draws a report.</summary>
    public static string Svg(LabReport report) => new ShareChart(report).Draw();

    private string Draw()
    {
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="13">""");
        Line($"<title>{Escaped(Title)}</title>");
        Line(ChartStyle.Css);
        if (HasUnanswered)
            Line(ChartStyle.Unanswered);
        if (!_report.Copies.IsEmpty)
            Line(ChartStyle.Copies);
        Line($"""<rect class="paper" width="{Width}" height="{Height}" rx="10"/>""");
        // Without the versions, which stand beside it in the legend: with all entries there is no room for both.
        Line($"""<text class="heading" x="{Left}" y="32">{Escaped(_report.Heading)}</text>""");
        Legend();
        Grid();
        Bars();
        AskedFor();
        Copies();
        Marks();
        TimeAxis();
        FailureLane();
        Line("</svg>");
        return _svg.ToString();
    }

    private string Title => $"{_report.Heading}, {_report.StableVersion} to {_report.CanaryVersion}";

    private void Legend()
    {
        var x = Width - Right;
        foreach (var (mark, text) in Entries())
        {
            x -= (int)(text.Length * CharacterWidth) + 22;
            Line($"""<g transform="translate({x} 32)">{mark}<text class="quiet" x="18">{Escaped(text)}</text></g>""");
            x -= 18;
        }
    }

    /// <summary>What the picture has, right to left.</summary>
    private IEnumerable<(string Mark, string Text)> Entries()
    {
        yield return ("""<rect class="failed" width="12" height="12" y="-10" rx="2"/>""", "failed requests");
        if (HasUnanswered)
            yield return ("""<rect class="down" width="12" height="12" y="-10" rx="2"/>""", "no answer");
        if (_report.Marks.Any(m => m.Weight is not null))
            yield return ("""<line class="asked" x1="-4" x2="14" y1="-4" y2="-4"/>""", _report.ShareAskedFor);
        if (!_report.Copies.IsEmpty)
            yield return ("""<line class="copies" x1="-4" x2="14" y1="-4" y2="-4"/>""", $"copied to {_report.CanaryVersion}, unseen");
        yield return ("""<rect class="canary" width="12" height="12" y="-10" rx="2"/>""", _report.CanaryVersion);
        yield return ("""<rect class="stable" width="12" height="12" y="-10" rx="2"/>""", _report.StableVersion);
    }

    private void Grid()
    {
        for (var percent = 0; percent <= 100; percent += 20)
        {
            var y = YOf(percent / 100.0);
            Line($"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{y}" y2="{y}"/>""");
            Line($"""<text class="quiet" x="{Left - 10}" y="{Number(PlotBottom - (PlotHeight * percent / 100.0) + 4)}" text-anchor="end">{percent} %</text>""");
        }
    }

    private void Bars()
    {
        foreach (var bar in _bars)
        {
            if (bar.Total == 0)
                continue;
            var slot = XOf(bar.From + bar.Seconds) - XOf(bar.From);
            var gap = Math.Min(4, slot * 0.22);
            var stableShare = (double)bar.Answers.GetValueOrDefault(_report.StableVersion) / bar.Total;
            var canaryShare = (double)bar.Answers.GetValueOrDefault(_report.CanaryVersion) / bar.Total;
            Block("stable", bar, slot - gap, 0, stableShare);
            Block("canary", bar, slot - gap, stableShare, canaryShare);
            var unanswered = (double)bar.Unanswered / bar.Total;
            Block("other", bar, slot - gap, stableShare + canaryShare, 1 - stableShare - canaryShare - unanswered);
            Block("down", bar, slot - gap, 1 - unanswered, unanswered);
        }
    }

    private void Block(string kind, Bar bar, double width, double from, double share)
    {
        if (share <= 1e-9)
            return;
        var counts = string.Join(", ", bar.Answers.Select(a => $"{a.Key} {a.Value}"));
        if (bar.Unanswered > 0)
            counts += $"{(counts.Length > 0 ? ", " : "")}no answer {bar.Unanswered}";
        Line($"""<rect class="{kind}" x="{Number(XOf(bar.From))}" y="{YOf(from + share)}" width="{Number(width)}" height="{Number(PlotHeight * share)}"><title>{Clock(bar.From - First)}: {Escaped(counts)}</title></rect>""");
    }

    /// <summary>The share of the new version that the steps asked for, seen from the top as its bars are.</summary>
    private void AskedFor()
    {
        var weights = _report.Marks.Where(m => m.Weight is not null).ToList();
        if (weights.Count == 0)
            return;
        var path = new StringBuilder($"M{Left} {YOf(1)}");
        foreach (var mark in weights)
        {
            var x = Number(XOf(mark.At.TotalSeconds));
            path.Append(CultureInfo.InvariantCulture, $"H{x}V{YOf(1 - (mark.Weight!.Value / 100.0))}");
        }

        path.Append(CultureInfo.InvariantCulture, $"H{Number(XOf(First + _seconds))}");
        Line($"""<path class="asked" d="{path}"/>""");
    }

    /// <summary>The share of requests that the new version got as copies, between each two looks that are a second apart.</summary>
    private void Copies()
    {
        if (_report.Copies.IsEmpty)
            return;
        var path = new StringBuilder();
        var last = _report.Copies[0];
        foreach (var now in _report.Copies.Where(c => c.Count > 0))
        {
            var seconds = (now.At - last.At).TotalSeconds;
            if (seconds < 1)
                continue;
            var share = Math.Min(1, (now.Count - last.Count) / (_report.Rate * seconds));
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{Number(XOf(now.At.TotalSeconds))} {YOf(share)}");
            last = now;
        }

        Line($"""<path class="copies" d="{path}"/>""");
    }

    private void Marks()
    {
        var rowEnds = new double[LabelRows];
        foreach (var mark in _report.Marks)
        {
            var x = XOf(mark.At.TotalSeconds);
            if (mark.Kind is MarkKind.GoodMeasurement or MarkKind.BadMeasurement)
            {
                var kind = mark.Kind == MarkKind.GoodMeasurement ? "good" : "bad";
                Line($"""<circle class="{kind}" cx="{Number(x)}" cy="{PlotTop - 8}" r="3.5"><title>{Clock(mark.At.TotalSeconds - First)}: {Escaped(mark.Text)}</title></circle>""");
                continue;
            }

            Flag(mark, x, rowEnds);
        }
    }

    private void Flag(LabMark mark, double x, double[] rowEnds)
    {
        var text = ShortText(mark);
        var width = text.Length * CharacterWidth;
        var atEnd = x + width > Width - Right;
        var begin = atEnd ? x - width - 4 : x + 4;
        var row = Array.FindIndex(rowEnds, end => end <= begin);
        var important = mark.Kind is not MarkKind.Weight;
        Line($"""<line class="{(important ? "flag strong" : "flag")}" x1="{Number(x)}" x2="{Number(x)}" y1="{(row < 0 ? PlotTop : PlotTop - 16 - ((LabelRows - 1 - row) * LabelRowHeight) - 10)}" y2="{PlotBottom}"/>""");
        if (row < 0)
            return;
        rowEnds[row] = begin + width + 8;
        var y = PlotTop - 18 - ((LabelRows - 1 - row) * LabelRowHeight);
        Line($"""<text class="{Colour(mark.Kind)}" x="{Number(atEnd ? x - 4 : x + 4)}" y="{y}"{(atEnd ? " text-anchor=\"end\"" : "")}>{Escaped(text)}</text>""");
    }

    private void TimeAxis()
    {
        var step = ChartScale.TickStep(_seconds);
        for (var second = 0; second <= _seconds; second += step)
        {
            var x = Number(XOf(First + second));
            Line($"""<line class="tick" x1="{x}" x2="{x}" y1="{PlotBottom}" y2="{PlotBottom + 5}"/>""");
            Line($"""<text class="quiet" x="{x}" y="{PlotBottom + 21}" text-anchor="middle">{Clock(second)}</text>""");
        }
    }

    /// <summary>Failed requests per bar, as high as their share of the worst one.</summary>
    private void FailureLane()
    {
        var bottom = LaneTop + LaneHeight;
        var worst = _bars.IsEmpty ? 0 : _bars.Max(b => b.Failed);
        Line($"""<line class="grid" x1="{Left}" x2="{Width - Right}" y1="{bottom}" y2="{bottom}"/>""");
        Line($"""<text class="quiet" x="{Left - 10}" y="{bottom - 3}" text-anchor="end">failed</text>""");
        foreach (var bar in _bars)
        {
            if (bar.Failed == 0)
                continue;
            var slot = XOf(bar.From + bar.Seconds) - XOf(bar.From);
            var height = Math.Max(3, LaneHeight * (double)bar.Failed / worst);
            Line($"""<rect class="failed" x="{Number(XOf(bar.From))}" y="{Number(bottom - height)}" width="{Number(slot - Math.Min(4, slot * 0.22))}" height="{Number(height)}"><title>{Clock(bar.From - First)}: {bar.Failed} failed</title></rect>""");
        }

        var summary = _report.Traffic.Failed == 0
            ? $"no request of {_report.Traffic.Total.ToString("N0", CultureInfo.InvariantCulture)} failed"
            : $"{_report.Traffic.Failed.ToString("N0", CultureInfo.InvariantCulture)} of {_report.Traffic.Total.ToString("N0", CultureInfo.InvariantCulture)} requests failed, at most {worst.ToString("N0", CultureInfo.InvariantCulture)} in one bar";
        Line($"""<text class="quiet" x="{Left}" y="{bottom + 22}">{summary}</text>""");
    }

    private string ShortText(LabMark mark) => mark.Kind switch
    {
        MarkKind.Weight => $"{mark.Weight} %",
        MarkKind.AnalysisFailed => "analysis failed",
        MarkKind.Aborted => "aborted",
        MarkKind.RolledBack => "rolled back",
        MarkKind.Promoted => _report.Cost is null ? "promoted" : "kept",
        MarkKind.TakenBack => "taken back",
        MarkKind.Applied or MarkKind.Action or MarkKind.GoodMeasurement or MarkKind.BadMeasurement => mark.Text,
    };

    private static string Colour(MarkKind kind) => kind switch
    {
        MarkKind.AnalysisFailed or MarkKind.Aborted or MarkKind.TakenBack or MarkKind.BadMeasurement => "alarm",
        MarkKind.Promoted or MarkKind.RolledBack or MarkKind.GoodMeasurement => "relief",
        MarkKind.Applied or MarkKind.Action => "strong",
        MarkKind.Weight => "quiet",
    };

    private double XOf(double second) => Left + (Math.Clamp((second - First) / _seconds, 0, 1) * PlotWidth);

    private static string YOf(double share) => Number(PlotBottom - (PlotHeight * share));

    private static string Clock(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60}:{(int)seconds % 60:00}");

    private static string Number(double number) => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private void Line(string text) => _svg.Append(text).Append('\n');
}
