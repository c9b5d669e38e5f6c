using System.Collections.Immutable;
using System.Globalization;
using Bascule.Lab.Load;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Canary;

/// <summary>What a lab knows while it runs; written by the observer's loop, asked and waited for by the script.</summary>
internal sealed class LabState(LabOptions options, ILabView view, TimeProvider time)
{
    // Guards everything below, and keeps calls to the view apart.
    private readonly Lock _gate = new();
    private readonly MarkRecorder _recorder = new();
    private TrafficGenerator? _traffic;
    private LabLook? _look;
    private TimeSpan? _rolledBackAt;
    private readonly ChangeSignal _changed = new();

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
                return _recorder.Marks;
        }
    }

    /// <summary>The new version is the stable one.</summary>
    public bool IsPromoted
    {
        get
        {
            lock (_gate)
                return _recorder.IsPromoted;
        }
    }

    /// <summary>From the analysis' failure to the last answer of the new version; null unless both happened.</summary>
    public TimeSpan? TimeToRollBack
    {
        get
        {
            lock (_gate)
            {
                return _recorder.AnalysisFailedAt is { } failed && _rolledBackAt is { } end
                    ? TimeSpan.FromTicks(Math.Max(0, (end - failed).Ticks))
                    : null;
            }
        }
    }

    /// <summary>Tells the user what is done next.</summary>
    public void Say(string sentence)
    {
        lock (_gate)
            view.Say(sentence);
    }

    /// <summary>Takes in a look and shows it.</summary>
    public void Update(LabLook? look)
    {
        lock (_gate)
        {
            _look = look ?? _look;
            var traffic = _traffic?.Snapshot();
            if (look is not null && traffic is not null)
            {
                foreach (var mark in _recorder.Observe(look, traffic.Elapsed))
                    view.Mark(mark);
            }

            view.Show(new LabFrame(
                time.GetElapsedTime(options.Begun), LabOptions.StableVersion, LabOptions.CanaryVersion, _look, traffic, _recorder.Marks));
            _changed.Raise();
        }
    }

    /// <summary>The new version was applied.</summary>
    public void Applied(long generation, LabLook before)
    {
        lock (_gate)
        {
            var at = _traffic?.Snapshot().Elapsed ?? TimeSpan.Zero;
            view.Mark(_recorder.Applied(at, LabOptions.CanaryVersion, generation, before));
        }
    }

    /// <summary>True when the update was given up, its pods are gone, and none of its answers came for a while.</summary>
    public bool IsBackOnStable(TimeSpan quiet)
    {
        lock (_gate)
        {
            if (_rolledBackAt is not null)
                return true;
            if (!_recorder.IsAborted || _look is not { CanaryPods: 0 } || _traffic?.Snapshot() is not { } traffic)
                return false;
            var last = traffic.Versions.FirstOrDefault(v => v.Version == LabOptions.CanaryVersion)?.Last ?? _recorder.Marks[^1].At;
            if (traffic.Elapsed - last < quiet)
                return false;
            _rolledBackAt = last;
            view.Mark(_recorder.RolledBack(last, LabOptions.CanaryVersion));
            return true;
        }
    }

    /// <summary>Waits for a look.</summary>
    /// <exception cref="LabException">It did not come in time; the message begins with <paramref name="problem"/>.</exception>
    public async Task<LabLook> UntilAsync(Func<LabLook, bool> condition, TimeSpan bound, string problem, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var changed = _changed.Next;
            LabLook? look;
            lock (_gate)
                look = _look;
            if (look is not null && condition(look))
                return look;
            if (time.GetElapsedTime(begun) > bound)
                throw new LabException($"{problem} after {bound.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s. {WhyNot()}");
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Why the rollout is not further, as its controller sees it.</summary>
    public string WhyNot()
    {
        lock (_gate)
        {
            if (_look is null)
                return "There is no rollout.";
            var reasons = _look.Explanation?.Reasons.Select(r => r.Message) ?? [];
            return $"The rollout is {_look.View.Status}: {string.Join("; ", reasons.Prepend(_look.View.Message).Where(m => m.Length > 0).Distinct())}";
        }
    }

    /// <summary>The outcome in one sentence.</summary>
    public string Explain(LabOutcome outcome)
    {
        lock (_gate)
        {
            var good = _recorder.Marks.Count(m => m.Kind == MarkKind.GoodMeasurement);
            var bad = _recorder.Marks.Count(m => m.Kind == MarkKind.BadMeasurement);
            var measured = $"Of {good + bad} measurements {good} were good";
            return outcome switch
            {
                LabOutcome.Promoted => $"All {_look?.View.StepCount ?? 0} steps passed. {measured}.",
                LabOutcome.RolledBack => $"{_recorder.Marks.LastOrDefault(m => m.Kind is MarkKind.AnalysisFailed or MarkKind.Aborted)?.Text}. {measured}.",
                LabOutcome.Unfinished => WhyNot(),
            };
        }
    }
}
