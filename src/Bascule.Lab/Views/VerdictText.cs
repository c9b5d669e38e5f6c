using System.Globalization;
using Bascule.Lab.Runs;
using Bascule.Lab.Reports;
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
        if (!report.PrometheusRates.IsEmpty)
            text.Append($"  Prometheus, last minute: {string.Join(", ", report.PrometheusRates.Select(r => Invariant($"{r.Key} {r.Value:0.0}/s")))}\n");
        if (report.TimeToFirstAnswer is { } first)
            text.Append(Invariant($"  first answer after {first.TotalSeconds:0.00} s\n"));
        return text;
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
