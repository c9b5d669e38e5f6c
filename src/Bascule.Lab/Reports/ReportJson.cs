using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Reports;

/// <summary>The report for programs: the figures, what happened when, and the requests of each second.</summary>
internal static class ReportJson
{
    /// <summary>Writes it. Times are in seconds since the first request, shares from 0 to 1.</summary>
    public static string Text(LabReport report)
    {
        var document = new ReportDocument
        {
            Strategy = report.Strategy,
            Outcome = report.Outcome,
            Explanation = report.Explanation,
            StableVersion = report.StableVersion,
            NewVersion = report.CanaryVersion,
            Rate = report.Rate,
            StartedAt = report.Traffic.StartedAt,
            Requests = report.Traffic.Total,
            Failed = report.Traffic.Failed,
            Failures = report.Traffic.Failures.ToImmutableSortedDictionary(f => f.Key.ToString(), f => f.Value, StringComparer.Ordinal),
            LatencyP50 = report.Traffic.LatencyP50.TotalSeconds,
            LatencyP99 = report.Traffic.LatencyP99.TotalSeconds,
            TimeToFirstAnswer = report.TimeToFirstAnswer?.TotalSeconds,
            TimeToRollBack = report.TimeToRollBack?.TotalSeconds,
            Duration = report.Duration?.TotalSeconds,
            Cost = report.Cost is { } cost ? Of(cost) : null,
            Versions = [.. report.Traffic.Versions.Select(v => new VersionDocument(v.Version, v.Answers, v.Failed, v.First.TotalSeconds, v.Last.TotalSeconds))],
            Marks = [.. report.Marks.Select(m => new MarkDocument(m.At.TotalSeconds, m.Kind, m.Text, m.Weight))],
            Copies = report.Copies.IsEmpty ? null : [.. report.Copies.Select(c => new CopyDocument(c.At.TotalSeconds, c.Count, c.Failed))],
            Seconds = [.. report.Traffic.Seconds.Select(s => new SecondDocument(s.Index, s.Answers, s.Failed, s.Unanswered))],
        };
        return JsonSerializer.Serialize(document, ReportJsonContext.Default.ReportDocument);
    }

    private static CostDocument Of(StrategyCost cost) => new(
        cost.Downtime.TotalSeconds,
        cost.ExposedShare,
        cost.ShareAtDecision,
        cost.ErrorsOfNewVersion,
        cost.TestedOn,
        cost.IsTargeted,
        cost.PodsBefore,
        cost.PeakExtraPods,
        cost.ExtraPodSeconds,
        cost.TimeToUndo?.TotalSeconds,
        cost.Objects,
        cost.Commands);
}

internal sealed record ReportDocument
{
    public required string Strategy { get; init; }

    public required LabOutcome Outcome { get; init; }

    public required string Explanation { get; init; }

    public required string StableVersion { get; init; }

    public required string NewVersion { get; init; }

    public required double Rate { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long Requests { get; init; }

    public required long Failed { get; init; }

    public required ImmutableSortedDictionary<string, long> Failures { get; init; }

    public required double LatencyP50 { get; init; }

    public required double LatencyP99 { get; init; }

    public required double? TimeToFirstAnswer { get; init; }

    public required double? TimeToRollBack { get; init; }

    public required double? Duration { get; init; }

    public required CostDocument? Cost { get; init; }

    public required ImmutableArray<VersionDocument> Versions { get; init; }

    public required ImmutableArray<MarkDocument> Marks { get; init; }

    public required ImmutableArray<CopyDocument>? Copies { get; init; }

    public required ImmutableArray<SecondDocument> Seconds { get; init; }
}

internal sealed record CostDocument(
    double Downtime, double ExposedShare, double ShareAtDecision, long ErrorsOfNewVersion, long TestedOn, bool IsTargeted, int PodsBefore, int PeakExtraPods, double ExtraPodSeconds, double? TimeToUndo, int Objects, int Commands);

internal sealed record VersionDocument(string Version, long Answers, long Failed, double First, double Last);

internal sealed record MarkDocument(double At, MarkKind Kind, string Text, int? Weight);

internal sealed record CopyDocument(double At, long Count, long Failed);

internal sealed record SecondDocument(int Second, ImmutableSortedDictionary<string, int> Answers, int Failed, int Unanswered);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
