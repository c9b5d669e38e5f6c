using System.Collections.Immutable;
using System.Globalization;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using Bascule.Metrics;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>A Prometheus that answers what it is told to, at once or after a while of virtual time.</summary>
/// <param name="time">Virtual time.</param>
public sealed class ScriptedMetrics(VirtualTime time) : IMetricProviders, IMetricProvider
{
    private readonly List<(TimeSpan Due, TaskCompletionSource<MeasurementOutcome> Answer, MeasurementOutcome Outcome)> _slow = [];

    /// <summary>What the next measurement comes to; asked once for each.</summary>
    public Func<MetricAnswer> Answer { get; set; } = static () => MetricAnswer.Good;

    /// <summary>How long the next measurement takes; asked once for each.</summary>
    public Func<TimeSpan> Takes { get; set; } = static () => TimeSpan.Zero;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["prometheus"];

    /// <inheritdoc/>
    public string Name => "prometheus";

    /// <summary>How long until a slow measurement ends; null when none is under way.</summary>
    public TimeSpan? NextAnswerIn => _slow.Count == 0 ? null : _slow.Min(s => s.Due) - time.Elapsed;

    /// <inheritdoc/>
    public IMetricProvider? Find(string name) => name == Name ? this : null;

    /// <summary>Ends one measurement that is due; whoever waits for it goes on in this very thread.</summary>
    public bool AnswerOne()
    {
        var due = _slow.FindIndex(s => s.Due <= time.Elapsed);
        if (due < 0)
            return false;
        var (_, answer, outcome) = _slow[due];
        _slow.RemoveAt(due);
        answer.SetResult(outcome);
        return true;
    }

    /// <inheritdoc/>
    public Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        var outcome = Outcome(Answer());
        var takes = Takes();
        if (takes <= TimeSpan.Zero)
            return Task.FromResult(outcome);
        var answer = new TaskCompletionSource<MeasurementOutcome>();
        _slow.Add((time.Elapsed + takes, answer, outcome));
        return answer.Task;
    }

    /// <inheritdoc/>
    public Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken) =>
        Task.FromResult(MeasurementOutcome.Failed("simulated: there is nothing to end"));

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Describe(Metric metric) => ImmutableSortedDictionary<string, string>.Empty;

    private static MeasurementOutcome Outcome(MetricAnswer answer) => answer switch
    {
        MetricAnswer.Good => Measured(0.99),
        MetricAnswer.Doubtful => Measured(0.92),
        MetricAnswer.Bad => Measured(0.5),
        MetricAnswer.NotANumber => Measured(double.NaN),
        MetricAnswer.Empty => MeasurementOutcome.Measured(Value.Floats([]), "[]"),
        MetricAnswer.Error => MeasurementOutcome.Failed("simulated: the metrics server does not answer"),
    };

    private static MeasurementOutcome Measured(double value) =>
        MeasurementOutcome.Measured(Value.Floats([value]), $"[{value.ToString(CultureInfo.InvariantCulture)}]");
}
