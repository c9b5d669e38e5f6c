using System.Collections.Immutable;

namespace Bascule.Lab.Load;

/// <summary>Collects outcomes and hands out snapshots. Safe from any thread.</summary>
/// <param name="slot">The length of time in which one good answer makes the service count as up.</param>
internal sealed class TrafficRecorder(TimeSpan slot)
{
    /// <summary>Seconds kept for the picture; totals count everything.</summary>
    private const int MostSeconds = 4 * SecondsPerHour;
    private const int SecondsPerHour = 3600;

    /// <summary>Answers that tell what users get at the moment.</summary>
    private const int RecentAnswers = 20;

    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly List<Second> _seconds = [];
    private readonly List<VersionTraffic> _versions = [];
    private readonly SortedDictionary<FailureKind, long> _failures = [];
    private readonly SortedDictionary<(int Group, string Version), long> _groups = [];
    private readonly Queue<string> _recent = [];
    private readonly LatencyHistogram _latencies = new();
    private readonly DowntimeMeter _downtime = new(slot);
    private int _nextSecond;
    private long _total;
    private long _inFlight;
    private string _lastFailure = "";
    private TimeSpan? _lastFailedAt;

    /// <summary>Makes one with a slot for a usual rate.</summary>
    public TrafficRecorder()
        : this(DowntimeMeter.SlotFor(rate: 100))
    {
    }

    public void Begun()
    {
        lock (_gate)
            _inFlight++;
    }

    public void Ended(RequestOutcome outcome)
    {
        lock (_gate)
        {
            _inFlight--;
            Count_NeedsLock(outcome);
        }
    }

    /// <summary>Counts a request that never began.</summary>
    public void NotSent(RequestOutcome outcome)
    {
        lock (_gate)
            Count_NeedsLock(outcome);
    }

    /// <summary>Everything that ended so far.</summary>
    /// <param name="startedAt">When the first request was due.</param>
    /// <param name="elapsed">Time since then; seconds up to here are present even when no request ended in them.</param>
    public TrafficSnapshot Snapshot(DateTimeOffset startedAt, TimeSpan elapsed)
    {
        lock (_gate)
        {
            ExtendTo_NeedsLock((int)elapsed.TotalSeconds);
            return new TrafficSnapshot(
                startedAt,
                elapsed,
                [.. _seconds.Select(s => new TrafficSecond(s.Index, s.Answers.ToImmutableSortedDictionary(StringComparer.Ordinal), s.Failed) { Unanswered = s.Unanswered })],
                [.. _versions],
                _failures.ToImmutableSortedDictionary(),
                _total,
                _inFlight,
                _latencies.Percentile(0.50),
                _latencies.Percentile(0.99),
                _lastFailure)
            {
                Downtime = _downtime.Total,
                LastFailedAt = _lastFailedAt,
                Groups = [.. _groups.Select(g => new GroupTraffic(g.Key.Group, g.Key.Version, g.Value))],
                Recent = [.. _recent],
            };
        }
    }

    private void Count_NeedsLock(RequestOutcome outcome)
    {
        _total++;
        ExtendTo_NeedsLock((int)outcome.Due.TotalSeconds);
        var second = SecondOf_NeedsLock((int)outcome.Due.TotalSeconds);
        if (outcome.Failure is { } kind)
        {
            _failures[kind] = _failures.GetValueOrDefault(kind) + 1;
            _lastFailure = outcome.Detail;
            _lastFailedAt = outcome.Due > _lastFailedAt ? outcome.Due : _lastFailedAt ?? outcome.Due;
            if (second is not null)
                second.Failed++;
        }

        if (outcome.Failure is not FailureKind.NotSent)
            _downtime.Count(outcome.Due, outcome.Failure is null);

        if (outcome.Failure is null or FailureKind.Status)
            _latencies.Record(outcome.Latency);
        if (outcome.Version.Length > 0)
            CountVersion_NeedsLock(outcome, second);
        else if (second is not null && outcome.Failure is not null)
            second.Unanswered++;
    }

    private void CountVersion_NeedsLock(RequestOutcome outcome, Second? second)
    {
        if (second is not null)
            second.Answers[outcome.Version] = second.Answers.GetValueOrDefault(outcome.Version) + 1;
        var group = (outcome.Group, outcome.Version);
        _groups[group] = _groups.GetValueOrDefault(group) + 1;
        _recent.Enqueue(outcome.Version);
        if (_recent.Count > RecentAnswers)
            _recent.Dequeue();
        var failed = outcome.Failure is null ? 0 : 1;
        var index = _versions.FindIndex(v => v.Version == outcome.Version);
        if (index < 0)
        {
            _versions.Add(new VersionTraffic(outcome.Version, 1, failed, outcome.Due, outcome.Due));
            return;
        }

        // Answers may come out of order, so neither end follows from the order of calls.
        var before = _versions[index];
        _versions[index] = before with
        {
            Answers = before.Answers + 1,
            Failed = before.Failed + failed,
            First = outcome.Due < before.First ? outcome.Due : before.First,
            Last = outcome.Due > before.Last ? outcome.Due : before.Last,
        };
    }

    private void ExtendTo_NeedsLock(int index)
    {
        while (_nextSecond <= index)
        {
            _seconds.Add(new Second(_nextSecond++));
            if (_seconds.Count > MostSeconds)
                _seconds.RemoveRange(0, SecondsPerHour);
        }
    }

    private Second? SecondOf_NeedsLock(int index)
    {
        var oldest = _seconds[0].Index;
        return index < oldest ? null : _seconds[index - oldest];
    }

    private sealed class Second(int index)
    {
        public int Index => index;

        public Dictionary<string, int> Answers { get; } = [];

        public int Failed { get; set; }

        public int Unanswered { get; set; }
    }
}
