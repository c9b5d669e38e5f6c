using System.Collections.Immutable;
using Bascule.Lab.Load;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Tests.Reports;

/// <summary>Runs as the lab would have recorded them, the same on every machine.</summary>
internal static class SampleReports
{
    private const int Rate = 100;

    public static LabReport Good()
    {
        var weights = new[] { (12, 20), (23, 40), (34, 60), (45, 80), (56, 100) };
        return Report(
            LabOutcome.Promoted,
            "All steps passed and 17 measurements were good.",
            70,
            second => weights.Where(w => second > w.Item1).Select(w => w.Item2).LastOrDefault(),
            errorRate: 0,
            [
                Mark(11.3, MarkKind.Applied, "v2.0.0 applied"),
                .. weights.Select(w => Mark(w.Item1, MarkKind.Weight, $"asked for {w.Item2} % of traffic") with { Weight = w.Item2 }),
                .. Enumerable.Range(0, 17).Select(i => Mark(24 + (2 * i), MarkKind.GoodMeasurement, "success-rate = 1")),
                Mark(58.2, MarkKind.Promoted, "v2.0.0 is stable"),
            ]);
    }

    public static LabReport Bad() => Report(
        LabOutcome.RolledBack,
        "success-rate measured 0.893 on average where at least 0.95 was asked for.",
        42,
        second => second is > 12 and <= 23 ? 20 : second is > 23 and <= 30 ? 40 : 0,
        errorRate: 0.3,
        [
            Mark(11.3, MarkKind.Applied, "v2.0.0 applied"),
            Mark(12, MarkKind.Weight, "asked for 20 % of traffic") with { Weight = 20 },
            Mark(23, MarkKind.Weight, "asked for 40 % of traffic") with { Weight = 40 },
            .. Enumerable.Range(0, 4).Select(i => Mark(24 + (2 * i), MarkKind.BadMeasurement, "success-rate = 0.89, expected result[0] >= 0.95")),
            Mark(30.1, MarkKind.AnalysisFailed, "analysis failed: Metric \"success-rate\" assessed Failed due to failed (4) > failureLimit (3)"),
            Mark(30.2, MarkKind.Weight, "asked for 0 % of traffic") with { Weight = 0 },
            Mark(30.7, MarkKind.RolledBack, "no request reaches v2.0.0 any more"),
        ]) with
    {
        TimeToRollBack = TimeSpan.FromSeconds(0.62),
        PrometheusRates = ImmutableSortedDictionary<string, double>.Empty.Add("v1.0.0", 61.72).Add("v2.0.0", 8.31),
    };

    /// <summary>All of the old version ends at second 5; the new one answers from second 8 on.</summary>
    public static LabReport Recreate()
    {
        var recorder = new TrafficRecorder();
        for (var i = 0; i < 20 * Rate; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / Rate);
            var version = due.TotalSeconds < 5 ? "v1.0.0" : due.TotalSeconds < 8 ? "" : "v2.0.0";
            recorder.Begun();
            recorder.Ended(new RequestOutcome(due, TimeSpan.FromMilliseconds(1), version, version.Length == 0 ? FailureKind.Refused : null, version.Length == 0 ? "Connection refused" : ""));
        }

        var traffic = recorder.Snapshot(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(20));
        return Good() with
        {
            Strategy = "recreate",
            Heading = "recreate: share of requests per version",
            Traffic = traffic,
            Marks = [Mark(4.5, MarkKind.Applied, "v2.0.0 applied"), Mark(18, MarkKind.Promoted, "Kept: v2.0.0 failed 0 % of its 1,000 answers")],
            Cost = new StrategyCost
            {
                TestedOn = 120,
                IsTargeted = false,
                PodsBefore = 10,
                ShareAtDecision = 0.1,
                Downtime = traffic.Downtime,
                ExposedShare = 0.74,
                ErrorsOfNewVersion = 0,
                PeakExtraPods = 0,
                ExtraPodSeconds = 0,
                TimeToUndo = TimeSpan.FromSeconds(4.25),
                Objects = 2,
                Commands = 1,
            },
        };
    }

    private static LabReport Report(LabOutcome outcome, string explanation, int seconds, Func<int, int> weight, double errorRate, ImmutableArray<LabMark> marks)
    {
        var recorder = new TrafficRecorder();
        for (var i = 0; i < seconds * Rate; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / Rate);
            var toCanary = i * 37 % 100 < weight((int)due.TotalSeconds);
            var fails = toCanary && i * 13 % 100 < errorRate * 100;
            recorder.Begun();
            recorder.Ended(new RequestOutcome(due, TimeSpan.FromMilliseconds(1 + (i % 7)), toCanary ? "v2.0.0" : "v1.0.0", fails ? FailureKind.Status : null, fails ? "status 500 from v2.0.0" : ""));
        }

        return new LabReport
        {
            Strategy = "canary",
            Outcome = outcome,
            Explanation = explanation,
            StableVersion = "v1.0.0",
            CanaryVersion = "v2.0.0",
            Rate = Rate,
            Traffic = recorder.Snapshot(new DateTimeOffset(2026, 11, 23, 20, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(seconds)),
            Marks = [.. marks.OrderBy(m => m.At)],
            TimeToFirstAnswer = TimeSpan.FromSeconds(2.41),
        };
    }

    private static LabMark Mark(double at, MarkKind kind, string text) => new(TimeSpan.FromSeconds(at), kind, text);
}
