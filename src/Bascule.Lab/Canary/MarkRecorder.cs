using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Lab.Runs;

namespace Bascule.Lab.Canary;

/// <summary>Turns looks at a rollout into what happened. Single-threaded; begins to note when told what was applied.</summary>
internal sealed class MarkRecorder
{
    private readonly ImmutableArray<LabMark>.Builder _marks = ImmutableArray.CreateBuilder<LabMark>();
    private readonly Dictionary<(string Run, string Metric), int> _measured = [];
    private readonly HashSet<string> _runsBefore = [];
    private readonly HashSet<string> _ended = [];
    private long? _generation;
    private int _weight;
    private bool _aborted;
    private bool _promoted;

    /// <summary>What happened so far, in order.</summary>
    public ImmutableArray<LabMark> Marks => _marks.ToImmutable();

    /// <summary>When the analysis failed for good; null when it did not.</summary>
    public TimeSpan? AnalysisFailedAt => _marks.FirstOrDefault(m => m.Kind == MarkKind.AnalysisFailed)?.At;

    /// <summary>The update was given up.</summary>
    public bool IsAborted => _aborted;

    /// <summary>The new version is the stable one.</summary>
    public bool IsPromoted => _promoted;

    /// <summary>The new version was applied: from now on, and from this generation of the spec on, looks count.</summary>
    public LabMark Applied(TimeSpan at, string version, long generation, LabLook before)
    {
        _generation = generation;
        _runsBefore.UnionWith(before.Runs.Select(r => r.Name));
        return Add(new LabMark(at, MarkKind.Applied, $"{version} applied"));
    }

    /// <summary>The new version answered its last request.</summary>
    public LabMark RolledBack(TimeSpan at, string version) => Add(new LabMark(at, MarkKind.RolledBack, $"{version} answered its last request"));

    /// <summary>Notes what is new in a look.</summary>
    /// <param name="look">The look.</param>
    /// <param name="at">Its time, since the first request.</param>
    /// <returns>The marks that were added.</returns>
    public ImmutableArray<LabMark> Observe(LabLook look, TimeSpan at)
    {
        var before = _marks.Count;
        if (_generation is not { } generation || !look.Rollout.HasObserved(generation))
            return [];
        foreach (var run in look.Runs.Where(r => !_runsBefore.Contains(r.Name)))
            ObserveRun(run, at);
        ObserveRollout(look, at);
        return [.. _marks.Skip(before)];
    }

    private void ObserveRollout(LabLook look, TimeSpan at)
    {
        var status = look.Rollout.Status;
        if (status.Abort && !_aborted)
        {
            _aborted = true;
            if (AnalysisFailedAt is null)
                Add(new LabMark(at, MarkKind.Aborted, $"Aborted: {look.View.Message}"));
        }

        var weight = status.StableRS == status.CurrentPodHash && !_aborted ? 100 : look.View.SetWeight ?? 0;
        if (weight != _weight)
        {
            _weight = weight;
            Add(new LabMark(at, MarkKind.Weight, string.Create(CultureInfo.InvariantCulture, $"The rollout asks for {weight} % of traffic")) { Weight = weight });
        }

        if (!_promoted && !_aborted && look.Rollout.IsSettled())
        {
            _promoted = true;
            Add(new LabMark(at, MarkKind.Promoted, "The new version is the stable one"));
        }
    }

    private void ObserveRun(AnalysisRun run, TimeSpan at)
    {
        foreach (var result in run.Status.MetricResults)
        {
            // Old measurements are dropped from the status, counters are not.
            var key = (run.Name, result.Name);
            var newOnes = result.Finished - _measured.GetValueOrDefault(key);
            _measured[key] = result.Finished;
            foreach (var measurement in result.Measurements.Where(m => m.Phase.IsCompleted()).TakeLast(newOnes))
                Add(Measured(run, result, measurement, at));
        }

        if (run.Status.Phase is AnalysisPhase.Failed or AnalysisPhase.Error && _ended.Add(run.Name))
            Add(new LabMark(at, MarkKind.AnalysisFailed, $"The analysis failed: {run.Status.Message}"));
    }

    private static LabMark Measured(AnalysisRun run, MetricResult result, Measurement measurement, TimeSpan at)
    {
        var good = measurement.Phase == AnalysisPhase.Successful;
        var value = string.IsNullOrEmpty(measurement.Value) ? measurement.Message ?? measurement.Phase.Text() : ShortValue(measurement.Value);
        var expected = run.Metrics.FirstOrDefault(m => m.Name == result.Name)?.SuccessCondition;
        var text = good || string.IsNullOrEmpty(expected) ? $"{result.Name} = {value}" : $"{result.Name} = {value}, asked for {expected}";
        return new LabMark(at, good ? MarkKind.GoodMeasurement : MarkKind.BadMeasurement, text);
    }

    /// <summary>A vector of one number as that number, with as many digits as a person reads.</summary>
    private static string ShortValue(string value) =>
        double.TryParse(value.AsSpan().Trim("[]"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.###", CultureInfo.InvariantCulture)
            : value;

    private LabMark Add(LabMark mark)
    {
        _marks.Add(mark);
        return mark;
    }
}
