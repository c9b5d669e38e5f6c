using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using Bascule.Metrics;

namespace Bascule.Controller.Tests.Analysis;

/// <summary>A provider that answers as it is told, under the name <c>prometheus</c>.</summary>
internal sealed class TestMetrics : IMetricProvider
{
    public string Name => "prometheus";

    public List<MeasurementTask> Tasks { get; } = [];

    public Func<MeasurementTask, Task<MeasurementOutcome>> Answer { get; set; } = _ => Task.FromResult(Vector(1));

    public static MeasurementOutcome Vector(double value) => MeasurementOutcome.Measured(Value.Floats([value]), $"[{GoNumber.Decimal(value)}]");

    public Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken)
    {
        lock (Tasks)
            Tasks.Add(task);
        return Answer(task);
    }

    public Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken) => Task.FromResult(MeasurementOutcome.Failed("ended"));

    public ImmutableSortedDictionary<string, string> Describe(Metric metric) => ImmutableSortedDictionary<string, string>.Empty;
}
