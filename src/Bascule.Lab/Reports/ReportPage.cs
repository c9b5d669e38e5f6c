using System.Globalization;
using System.Net;
using System.Text;
using Bascule.Lab.Load;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Reports;

/// <summary>The report as one HTML page that needs nothing from anywhere: picture, numbers, what happened when.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    public static string Html(LabReport report) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Escaped(Headline(report))}</title>
        {Css}
        </head>
        <body>
        <main>
        <header>
        <span class="badge {Badge(report.Outcome).Class}">{Badge(report.Outcome).Word}</span>
        <h1>{Escaped(Headline(report))}</h1>
        <p>{Escaped(report.Explanation)}</p>
        </header>
        <section class="cards">
        {Cards(report)}</section>
        <figure>
        {ShareChart.Svg(report)}</figure>
        <section class="tables">
        <div>
        <h2>What happened</h2>
        <table>
        {Events(report)}</table>
        </div>
        <div>
        <h2>What users got</h2>
        <table>
        {Versions(report)}</table>
        {Failures(report)}{PrometheusRates(report)}</div>
        </section>
        <footer>Measured from the users' side at {Invariant($"{report.Rate:0.#}")} requests per second, started {report.Traffic.StartedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}. Made by bascule.</footer>
        </main>
        </body>
        </html>

        """;

    private static string Headline(LabReport report) => report.Outcome switch
    {
        LabOutcome.Promoted => $"{report.CanaryVersion} serves everybody",
        LabOutcome.RolledBack => $"{report.CanaryVersion} was bad: everybody is back on {report.StableVersion}",
        LabOutcome.Unfinished => $"The rollout of {report.CanaryVersion} did not end",
    };

    private static (string Class, string Word) Badge(LabOutcome outcome) => outcome switch
    {
        LabOutcome.Promoted => ("good", "Promoted"),
        LabOutcome.RolledBack => ("bad", "Rolled back"),
        LabOutcome.Unfinished => ("open", "Unfinished"),
    };

    private static string Cards(LabReport report)
    {
        var traffic = report.Traffic;
        var html = new StringBuilder();
        Card("Requests", Invariant($"{traffic.Total:N0}"), Invariant($"{traffic.Elapsed.TotalSeconds:0} s of traffic"));
        Card("Failed for users", Invariant($"{traffic.Failed:N0}"), traffic.Failed == 0 ? "not a single one" : Invariant($"{report.FailedShare * 100:0.00} % of all"));
        if (report is { Outcome: LabOutcome.RolledBack, Cost: null })
            Card("Time to roll back", Seconds(report.TimeToRollBack), "failing measurement to last answer of the bad version");
        if (report.Cost is { } cost)
            CostCards(report, cost, Card);
        Card("Duration", Seconds(report.Duration), "applied to end of update");
        Card("Latency", Milliseconds(traffic.LatencyP50), $"half of all; 99 % within {Milliseconds(traffic.LatencyP99)}");
        if (report.TimeToFirstAnswer is not null)
            Card("First answer", Seconds(report.TimeToFirstAnswer), "after the start of the command");
        return html.ToString();

        void Card(string title, string value, string note) => html.Append($"<div><h3>{title}</h3><strong>{value}</strong><small>{note}</small></div>\n");
    }

    private static void CostCards(LabReport report, StrategyCost cost, Action<string, string, string> card)
    {
        card("Downtime", Invariant($"{cost.Downtime.TotalSeconds:0.0} s"), "users asked and nobody got a good answer");
        if (cost.TimeToUndo is not null)
            card("Time to go back", Seconds(cost.TimeToUndo), $"from the decision to good answers of {report.StableVersion} only");
        card("Met the new version", Invariant($"{cost.ExposedShare * 100:0.0} %"), $"of the requests before the decision; {Invariant($"{cost.ErrorsOfNewVersion:N0}")} errors in all");
        card("Extra pods", Invariant($"{cost.PeakExtraPods}"), Invariant($"at most; {cost.ExtraPodSeconds:0} pod-seconds in all"));
        card("Handwork", Invariant($"{cost.Commands}"), Invariant($"commands, over {cost.Objects} objects"));
    }

    private static string Events(LabReport report)
    {
        var html = new StringBuilder("<tr><th class=\"n\">Time</th><th>Event</th></tr>\n");
        foreach (var mark in report.Marks.OrderBy(m => m.At))
            html.Append(Invariant($"<tr class=\"{RowClass(mark.Kind)}\"><td class=\"n\">{mark.At.TotalSeconds:0.0} s</td><td>{Escaped(mark.Text)}</td></tr>\n"));
        return html.ToString();
    }

    private static string RowClass(MarkKind kind) => kind switch
    {
        MarkKind.BadMeasurement or MarkKind.AnalysisFailed or MarkKind.Aborted or MarkKind.TakenBack => "bad",
        MarkKind.Promoted or MarkKind.RolledBack => "good",
        MarkKind.Applied or MarkKind.Action or MarkKind.Weight or MarkKind.GoodMeasurement => "plain",
    };

    private static string Versions(LabReport report)
    {
        var html = new StringBuilder("<tr><th>Version</th><th class=\"n\">Answers</th><th class=\"n\">Share</th><th class=\"n\">Failed</th><th class=\"n\">First</th><th class=\"n\">Last</th></tr>\n");
        var answers = Math.Max(1, report.Traffic.Versions.Sum(v => v.Answers));
        foreach (var version in report.Traffic.Versions)
        {
            var swatch = version.Version == report.StableVersion ? "stable" : version.Version == report.CanaryVersion ? "canary" : "other";
            html.Append(Invariant($"<tr><td><i class=\"{swatch}\"></i>{Escaped(version.Version)}</td><td class=\"n\">{version.Answers:N0}</td><td class=\"n\">{100.0 * version.Answers / answers:0.0} %</td><td class=\"n\">{version.Failed:N0}</td><td class=\"n\">{version.First.TotalSeconds:0.0} s</td><td class=\"n\">{version.Last.TotalSeconds:0.0} s</td></tr>\n"));
        }

        return html.ToString();
    }

    private static string Failures(LabReport report)
    {
        if (report.Traffic.Failed == 0)
            return "";
        var html = new StringBuilder("<h2>Why requests failed</h2>\n<table>\n<tr><th>Kind</th><th class=\"n\">Requests</th></tr>\n");
        foreach (var (kind, count) in report.Traffic.Failures)
            html.Append(Invariant($"<tr><td>{Words(kind)}</td><td class=\"n\">{count:N0}</td></tr>\n"));
        return html.Append(Invariant($"</table>\n<p class=\"last\">The last one: {Escaped(report.Traffic.LastFailure)}</p>\n")).ToString();
    }

    private static string PrometheusRates(LabReport report)
    {
        if (report.PrometheusRates.IsEmpty)
            return "";
        var html = new StringBuilder("<h2>What Prometheus saw in the last minute</h2>\n<table>\n<tr><th>Version</th><th class=\"n\">Requests per second</th></tr>\n");
        foreach (var (version, rate) in report.PrometheusRates)
            html.Append(Invariant($"<tr><td>{Escaped(version)}</td><td class=\"n\">{rate:0.0}</td></tr>\n"));
        return html.Append(Invariant($"</table>\n<p class=\"last\"><code>{Escaped(LabReport.RateQuery)}</code></p>\n")).ToString();
    }

    private static string Words(FailureKind kind) => kind switch
    {
        FailureKind.Status => "answered with an error",
        FailureKind.Refused => "connection refused",
        FailureKind.Reset => "connection broken",
        FailureKind.Timeout => "no answer in time",
        FailureKind.NotSent => "not sent: too many waiting",
        FailureKind.Other => "other",
    };

    private static string Seconds(TimeSpan? span) => span is { } known ? Invariant($"{known.TotalSeconds:0.00} s") : "–";

    private static string Milliseconds(TimeSpan span) => Invariant($"{span.TotalMilliseconds:0.0} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private const string Css =
        """
        <style>
        :root{--page:#f6f7f9;--card:#fff;--text:#1f2328;--soft:#656d76;--edge:#dde2e8;--ok:#3d7d2a;--no:#c0352c;--wait:#8a6d1a}
        @media(prefers-color-scheme:dark){:root{--page:#131519;--card:#1b1d21;--text:#e6e8eb;--soft:#9aa4af;--edge:#31363d;--ok:#8cc474;--no:#f0655b;--wait:#e0b350}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:1300px;margin:0 auto;padding:32px 28px 40px}h1{font-size:27px;line-height:1.25;margin:10px 0 4px;letter-spacing:-.01em}header p{margin:0;color:var(--soft);max-width:80ch}
        h2{font-size:15px;margin:0 0 8px}.badge{display:inline-block;padding:2px 12px;border-radius:99px;font-weight:600;font-size:13px;color:var(--card)}
        .badge.good{background:var(--ok)}.badge.bad{background:var(--no)}.badge.open{background:var(--wait)}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:24px 0 16px}
        .cards div,figure,.tables>div{background:var(--card);border:1px solid var(--edge);border-radius:10px}.cards div{padding:12px 16px}
        .cards h3{font-size:13px;font-weight:500;color:var(--soft);margin:0}.cards strong{display:block;font-size:25px;line-height:1.35;letter-spacing:-.01em;font-variant-numeric:tabular-nums}.cards small{color:var(--soft);line-height:1.35;display:block}
        figure{margin:0;padding:6px;overflow-x:auto}figure svg{display:block;width:100%;min-width:760px;height:auto}
        .tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:16px;margin-top:16px;align-items:start}.tables>div{padding:16px 18px}.tables h2:not(:first-child){margin-top:22px}
        table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;font-weight:500;color:var(--soft);font-size:13px}th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--edge)}tr:last-child td{border-bottom:0}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.n:first-child,th.n:first-child{width:70px;padding-right:16px}tr.bad td:last-child{color:var(--no)}tr.good td:last-child{color:var(--ok);font-weight:600}
        i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:8px}i.stable{background:#8ab574}i.canary{background:#e5b74d}i.other{background:#a8b1bb}
        .last{color:var(--soft);font-size:13px;margin:8px 0 0}footer{color:var(--soft);font-size:13px;margin-top:22px}
        </style>
        """;
}
