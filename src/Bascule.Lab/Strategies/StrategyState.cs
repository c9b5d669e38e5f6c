using System.Collections.Immutable;
using Bascule.Lab.Load;
using Bascule.Lab.Reports;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Strategies;

/// <summary>What a lab by hand knows while it runs; written by the observer's loop and by the hands, waited for by both.</summary>
internal sealed class StrategyState(LabOptions options, ILabView view, TimeProvider time)
{
    // Guards everything below, and keeps calls to the view apart.
    private readonly Lock _gate = new();
    private readonly ImmutableArray<LabMark>.Builder _marks = ImmutableArray.CreateBuilder<LabMark>();
    private readonly ImmutableArray<string>.Builder _commands = ImmutableArray.CreateBuilder<string>();
    private readonly PodMeter _extra = new();
    private readonly ChangeSignal _changed = new();
    private readonly ImmutableArray<CopyCount>.Builder _copies = ImmutableArray.CreateBuilder<CopyCount>();
    private VersionTraffic? _judgedCopies;
    private int? _peakAtDecision;
    private TrafficGenerator? _traffic;
    private ImmutableArray<PodLook> _pods = [];
    private ImmutableDictionary<string, WorkloadLook> _workloads = ImmutableDictionary<string, WorkloadLook>.Empty;
    private TrafficSnapshot? _applied;
    private TrafficSnapshot? _everybody;
    private TrafficSnapshot? _decided;
    private TimeSpan? _undone;
    private int _commandsBefore;

    /// <summary>The traffic, once it runs.</summary>
    public TrafficGenerator? Traffic
    {
        set
        {
            lock (_gate)
                _traffic = value;
        }
    }

    /// <summary>What happened so far.</summary>
    public ImmutableArray<LabMark> Marks
    {
        get
        {
            lock (_gate)
                return _marks.ToImmutable();
        }
    }

    /// <summary>Time since the lab began.</summary>
    public TimeSpan Now => time.GetElapsedTime(options.Begun);

    /// <summary>The answers of the new version so far.</summary>
    public VersionTraffic NewVersion
    {
        get
        {
            lock (_gate)
                return Snapshot_NeedsLock().Of(LabOptions.CanaryVersion);
        }
    }

    /// <summary>Tells the user what is done next.</summary>
    public void Say(string sentence)
    {
        lock (_gate)
            view.Say(sentence);
    }

    /// <summary>Takes in a look at the cluster and shows it.</summary>
    public void Update(ImmutableArray<PodLook> pods, IEnumerable<WorkloadLook> workloads)
    {
        lock (_gate)
        {
            _pods = pods;
            _workloads = workloads.ToImmutableDictionary(w => w.Name, StringComparer.Ordinal);
            _extra.Observe(Now, pods.Length);
            view.Show(new LabFrame(Now, LabOptions.StableVersion, LabOptions.CanaryVersion, null, _traffic?.Snapshot(), _marks.ToImmutable())
            {
                Script = new ScriptLook(_commands.ToImmutable(), pods),
            });
        }

        _changed.Raise();
    }

    /// <summary>A command is given now.</summary>
    public void Command(string text)
    {
        lock (_gate)
        {
            _commands.Add(text);
            view.Say(text);
        }
    }

    /// <summary>The new version is applied now: the update begins.</summary>
    public void BeginUpdate()
    {
        lock (_gate)
        {
            _applied = Snapshot_NeedsLock();
            _commandsBefore = _commands.Count;
            _extra.Begin(Now, _pods.Length);
            Mark_NeedsLock(new LabMark(_applied.Elapsed, MarkKind.Applied, $"{LabOptions.CanaryVersion} applied"));
        }
    }

    /// <summary>Something was done.</summary>
    public void Mark(MarkKind kind, string text, int? weight = null)
    {
        lock (_gate)
            Mark_NeedsLock(new LabMark(Snapshot_NeedsLock().Elapsed, kind, text) { Weight = weight });
    }

    /// <summary>From now on everybody is to get the new version; what came before was its test.</summary>
    public void GiveToEverybody()
    {
        lock (_gate)
            _everybody ??= Snapshot_NeedsLock();
    }

    /// <summary>The new version has answered these copies so far, which no user saw; they decide as well.</summary>
    public void SeeCopies(VersionTraffic copies)
    {
        lock (_gate)
        {
            _judgedCopies = copies;
            _copies.Add(new CopyCount(Snapshot_NeedsLock().Elapsed, copies.Answers, copies.Failed));
        }
    }

    /// <summary>All copies, look by look.</summary>
    public ImmutableArray<CopyCount> Copies
    {
        get
        {
            lock (_gate)
                return _copies.ToImmutable();
        }
    }

    /// <summary>It is decided now whether the new version stays.</summary>
    /// <returns>The figures that decided it.</returns>
    public string Decide(bool keep)
    {
        lock (_gate)
        {
            _decided = Snapshot_NeedsLock();
            _peakAtDecision = _extra.Peak;
            var figures = ErrorJudge.Text(!keep && _judgedCopies is { } copies ? copies : _decided.Of(LabOptions.CanaryVersion));
            Mark_NeedsLock(keep
                ? new LabMark(_decided.Elapsed, MarkKind.Promoted, $"Kept: {figures}")
                : new LabMark(_decided.Elapsed, MarkKind.TakenBack, $"Taken back: {figures}"));
            return figures;
        }
    }

    /// <summary>The update and what belongs to it has ended: pods count no longer.</summary>
    public void EndUpdate()
    {
        lock (_gate)
            _extra.End(Now);
    }

    /// <summary>True when for a while every request got a good answer from the old version.</summary>
    public bool IsBackOnStable(TimeSpan quiet)
    {
        lock (_gate)
        {
            if (_undone is not null)
                return true;
            if (_decided is null || Snapshot_NeedsLock() is not { } traffic)
                return false;
            var lastOfNew = traffic.Of(LabOptions.CanaryVersion).Last;
            var last = TimeSpan.FromTicks(Math.Max(lastOfNew.Ticks, Math.Max((traffic.LastFailedAt ?? default).Ticks, _decided.Elapsed.Ticks)));
            if (traffic.Elapsed - last < quiet)
                return false;
            _undone = last;
            Mark_NeedsLock(new LabMark(last, MarkKind.RolledBack, $"{LabOptions.StableVersion} answers everybody again"));
            return true;
        }
    }

    /// <summary>True when the Deployment is as the spec of that generation asks.</summary>
    public bool HasReached(string deployment, long generation)
    {
        lock (_gate)
            return _workloads.GetValueOrDefault(deployment)?.HasReached(generation) ?? false;
    }

    /// <summary>True when no pod of that version is left.</summary>
    public bool IsGone(string version)
    {
        lock (_gate)
            return !_pods.Any(p => p.Version == version);
    }

    /// <summary>Waits until one of two is the case.</summary>
    /// <returns>True for the condition, false for the way out.</returns>
    /// <exception cref="LabException">Neither came in time; the message begins with <paramref name="problem"/>.</exception>
    public async Task<bool> UntilAsync(Func<bool> condition, Func<bool> wayOut, TimeSpan bound, string problem, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var changed = _changed.Next;
            if (wayOut())
                return false;
            if (condition())
                return true;
            if (time.GetElapsedTime(begun) > bound)
                throw new LabException(FormattableString.Invariant($"{problem} after {bound.TotalSeconds:0} s. {WhyNot()}"));
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>How far the Deployments are; the pods, where a Rollout has them.</summary>
    public string WhyNot()
    {
        lock (_gate)
        {
            return _workloads.IsEmpty
                ? FormattableString.Invariant($"{_pods.Count(p => p.IsReady)} of {_pods.Length} pods are ready.")
                : string.Join("; ", _workloads.Values.OrderBy(w => w.Name, StringComparer.Ordinal).Select(w => FormattableString.Invariant(
                    $"Deployment {w.Name}: {w.Updated} of {w.Desired} pods updated, {w.Available} available")));
        }
    }

    /// <summary>What it cost.</summary>
    /// <param name="traffic">All of the traffic.</param>
    /// <param name="objects">Objects of the strategy.</param>
    public StrategyCost Cost(TrafficSnapshot traffic, int objects)
    {
        lock (_gate)
        {
            var (from, to) = (_applied ?? traffic, _decided ?? traffic);
            var asked = to.Total - from.Total;
            var tested = _everybody ?? to;
            return new StrategyCost
            {
                Downtime = traffic.Downtime,
                ExposedShare = asked <= 0 ? 0 : (double)to.Of(LabOptions.CanaryVersion).Answers / asked,
                ShareAtDecision = to.Recent.IsEmpty ? 0 : (double)to.Recent.Count(v => v == LabOptions.CanaryVersion) / to.Recent.Length,
                ErrorsOfNewVersion = traffic.Of(LabOptions.CanaryVersion).Failed,
                TestedOn = tested.Of(LabOptions.CanaryVersion).Answers + (_judgedCopies?.Answers ?? 0),
                IsTargeted = IsTargeted(tested),
                PodsBefore = _extra.Before,
                PeakExtraPods = _peakAtDecision ?? _extra.Peak,
                ExtraPodSeconds = _extra.PodSeconds,
                TimeToUndo = _undone is { } end && _decided is { } begin ? end - begin.Elapsed : null,
                Objects = objects,
                Commands = _commands.Count - _commandsBefore,
            };
        }
    }

    /// <summary>Some group had the new version only, and some had none of it.</summary>
    private static bool IsTargeted(TrafficSnapshot tested)
    {
        var groups = tested.Groups.GroupBy(g => g.Group).Select(g => g.FirstOrDefault(v => v.Version == LabOptions.CanaryVersion)?.Answers ?? 0).ToList();
        return groups.Count > 1 && groups.Contains(0) && groups.Exists(answers => answers > 0);
    }

    private TrafficSnapshot Snapshot_NeedsLock() => _traffic?.Snapshot() ?? throw new InvalidOperationException("there is no traffic yet");

    private void Mark_NeedsLock(LabMark mark)
    {
        _marks.Add(mark);
        view.Mark(mark);
    }
}
