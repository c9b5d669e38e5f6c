using System.Collections.Immutable;
using Bascule.Lab.Load;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Reports;

/// <summary>Everything a report of a lab shows, measured from the users' side.</summary>
public sealed record LabReport
{
    /// <summary>The course's query.</summary>
    public const string RateQuery = """sum(rate(http_requests_total{app="goprom"}[1m])) by (version)""";

    /// <summary>The strategy that was tried, as the command names it.</summary>
    public required string Strategy { get; init; }

    /// <summary>The title of the picture.</summary>
    public string Heading { get; init; } = "Share of requests per version";

    /// <summary>How it ended.</summary>
    public required LabOutcome Outcome { get; init; }

    /// <summary>Why it ended so, in one line.</summary>
    public required string Explanation { get; init; }

    /// <summary>The version before.</summary>
    public required string StableVersion { get; init; }

    /// <summary>The version that was rolled out.</summary>
    public required string CanaryVersion { get; init; }

    /// <summary>Requests per second that were asked for.</summary>
    public required double Rate { get; init; }

    /// <summary>All of the traffic.</summary>
    public required TrafficSnapshot Traffic { get; init; }

    /// <summary>What happened, in order.</summary>
    public required ImmutableArray<LabMark> Marks { get; init; }

    /// <summary>
    /// What Prometheus answered to <see cref="RateQuery"/> at the end, in requests per second by version; empty when it was
    /// not asked. Scraped from the pods, so it tells whether the users' side and the servers' side agree.
    /// </summary>
    public ImmutableSortedDictionary<string, double> PrometheusRates { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>From the start of the run to the first answer of a user's request; null when not measured.</summary>
    public TimeSpan? TimeToFirstAnswer { get; init; }

    /// <summary>From the measurement that failed the analysis to the last request answered by the new version; null when there was no roll-back.</summary>
    public TimeSpan? TimeToRollBack { get; init; }

    /// <summary>What the numbers of <see cref="MarkKind.Weight"/> are.</summary>
    public string ShareAskedFor { get; init; } = "share asked for";

    /// <summary>Requests that the new version got as copies, whose answers nobody saw, up to each moment; empty without a shadow.</summary>
    public ImmutableArray<CopyCount> Copies { get; init; } = [];

    /// <summary>What the update cost; null when that was not measured.</summary>
    public StrategyCost? Cost { get; init; }

    /// <summary>From applying the new version to the end of the update; null when it did not end.</summary>
    public TimeSpan? Duration => Ended is { } end && Marks.FirstOrDefault(m => m.Kind == MarkKind.Applied) is { } begin ? end.At - begin.At : null;

    private LabMark? Ended => Marks.LastOrDefault(m => m.Kind is MarkKind.Promoted or MarkKind.RolledBack);

    /// <summary>Share of failed requests among all, from 0 to 1.</summary>
    public double FailedShare => Traffic.Total == 0 ? 0 : (double)Traffic.Failed / Traffic.Total;
}

/// <summary>The copies of requests up to a moment.</summary>
/// <param name="At">When, since the first request of the traffic.</param>
/// <param name="Count">How many.</param>
/// <param name="Failed">How many of them were answered with an error.</param>
public sealed record CopyCount(TimeSpan At, long Count, long Failed);
