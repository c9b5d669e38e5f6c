using System.Collections.Immutable;

namespace Bascule.Lab.Load;

/// <summary>The traffic up to a moment.</summary>
/// <param name="StartedAt">When the first request was due.</param>
/// <param name="Elapsed">Time since then.</param>
/// <param name="Seconds">One entry per second from the first kept to the newest, none missing; a request counts in the second it was due.</param>
/// <param name="Versions">The versions seen, in order of their first answer.</param>
/// <param name="Failures">Failed requests by kind; kinds that did not occur are absent.</param>
/// <param name="Total">Requests that ended.</param>
/// <param name="InFlight">Requests waiting for their answer.</param>
/// <param name="LatencyP50">Half of the answers came within this time.</param>
/// <param name="LatencyP99">Of a hundred answers one took longer.</param>
/// <param name="LastFailure">What the newest failure was; empty when there was none.</param>
public sealed record TrafficSnapshot(
    DateTimeOffset StartedAt,
    TimeSpan Elapsed,
    ImmutableArray<TrafficSecond> Seconds,
    ImmutableArray<VersionTraffic> Versions,
    ImmutableSortedDictionary<FailureKind, long> Failures,
    long Total,
    long InFlight,
    TimeSpan LatencyP50,
    TimeSpan LatencyP99,
    string LastFailure)
{
    /// <summary>
    /// Time in which requests were due and not one of them succeeded, counted in slots that hold about ten requests, so that
    /// one failure among good answers is not taken for an outage.
    /// </summary>
    public TimeSpan Downtime { get; init; }

    /// <summary>When the newest request that failed was due, since the start; null when none failed.</summary>
    public TimeSpan? LastFailedAt { get; init; }

    /// <summary>The versions of the newest answers, the newest last.</summary>
    public ImmutableArray<string> Recent { get; init; } = [];

    /// <summary>How many answers each group of users got from each version.</summary>
    public ImmutableArray<GroupTraffic> Groups { get; init; } = [];

    /// <summary>All failed requests.</summary>
    public long Failed => Failures.Values.Sum();

    /// <summary>What a version answered; zeros when it answered nothing.</summary>
    public VersionTraffic Of(string version) => Versions.FirstOrDefault(v => v.Version == version) ?? new VersionTraffic(version, 0, 0, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>What a group of users got from a version.</summary>
/// <param name="Group">The group's place in <see cref="LoadOptions.Users"/>.</param>
/// <param name="Version">The version.</param>
/// <param name="Answers">Its answers to them.</param>
public sealed record GroupTraffic(int Group, string Version, long Answers);

/// <summary>The requests due in one second.</summary>
/// <param name="Index">Seconds since the start.</param>
/// <param name="Answers">Answers per version, failed ones among them.</param>
/// <param name="Failed">Failed requests, whether a version answered or none.</param>
public sealed record TrafficSecond(int Index, ImmutableSortedDictionary<string, int> Answers, int Failed)
{
    /// <summary>Requests that no version answered; they are among <see cref="Failed"/>.</summary>
    public int Unanswered { get; init; }

    /// <summary>A version's share of this second's answers, from 0 to 1; 0 when there was no answer.</summary>
    public double ShareOf(string version)
    {
        var answers = Answers.Values.Sum();
        return answers == 0 ? 0 : (double)Answers.GetValueOrDefault(version) / answers;
    }
}

/// <summary>What one version answered.</summary>
/// <param name="Version">The version.</param>
/// <param name="Answers">Its answers, failed ones among them.</param>
/// <param name="Failed">Its answers with a status of 400 or more.</param>
/// <param name="First">When the first request it answered was due, since the start.</param>
/// <param name="Last">When the newest was.</param>
public sealed record VersionTraffic(string Version, long Answers, long Failed, TimeSpan First, TimeSpan Last);
