using System.Globalization;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Lab.Views;

/// <summary>The end of a lab in a few lines.</summary>
public static class VerdictText
{
    /// <summary>The lines.</summary>
    public static IRenderable Render(LabReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (headline, style) = report.Outcome switch
        {
            LabOutcome.Promoted => ($"✔ {report.CanaryVersion} serves everybody", LabColours.Good),
            LabOutcome.RolledBack => ($"✘ {report.CanaryVersion} was bad: everybody is back on {report.StableVersion}", LabColours.Bad),
            LabOutcome.Unfinished => ($"? the rollout of {report.CanaryVersion} did not end", LabColours.CanaryText),
        };
        var text = new Paragraph();
        text.Append($"\n{headline}\n", style).Append($"  {report.Explanation}\n");
        text.Append(Invariant($"  requests: {report.Traffic.Total:N0}, failed: {report.Traffic.Failed:N0} ({report.FailedShare * 100:0.00} %), p50 {report.Traffic.LatencyP50.TotalMilliseconds:0.0} ms, p99 {report.Traffic.LatencyP99.TotalMilliseconds:0.0} ms\n"));
        if (report.Duration is { } duration)
            text.Append(Invariant($"  from applied to the end: {duration.TotalSeconds:0.0} s\n"));
        if (report.TimeToRollBack is { } rollBack)
            text.Append(Invariant($"  from the failing measurement to the last answer of {report.CanaryVersion}: {rollBack.TotalSeconds:0.00} s\n"));
        if (report.Cost is { } cost)
            AppendCost(text, report, cost);
        if (!report.PrometheusRates.IsEmpty)
            text.Append($"  Prometheus, last minute: {string.Join(", ", report.PrometheusRates.Select(r => Invariant($"{r.Key} {r.Value:0.0}/s")))}\n");
        if (report.TimeToFirstAnswer is { } first)
            text.Append(Invariant($"  first answer after {first.TotalSeconds:0.00} s\n"));
        return text;
    }

    private static void AppendCost(Paragraph text, LabReport report, StrategyCost cost)
    {
        text.Append(Invariant($"  downtime: {cost.Downtime.TotalSeconds:0.0} s\n"), cost.Downtime > TimeSpan.Zero ? LabColours.Bad : LabColours.Good);
        text.Append(Invariant($"  {report.CanaryVersion} answered {cost.ExposedShare * 100:0.0} % of the requests before the decision, and {cost.ErrorsOfNewVersion:N0} with an error in all\n"));
        if (cost.TimeToUndo is { } undo)
            text.Append(Invariant($"  from the decision to good answers of {report.StableVersion} only: {undo.TotalSeconds:0.00} s\n"));
        text.Append(Invariant($"  extra pods: at most {cost.PeakExtraPods}, {cost.ExtraPodSeconds:0} pod-seconds in all; commands: {cost.Commands}, objects: {cost.Objects}\n"));
    }

    /// <summary>What a command that ran the lab ends with.</summary>
    public static int ExitCode(LabOutcome outcome) => outcome switch
    {
        LabOutcome.Promoted => ExitCodes.Ok,
        LabOutcome.RolledBack => ExitCodes.RolledBack,
        LabOutcome.Unfinished => ExitCodes.Error,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
