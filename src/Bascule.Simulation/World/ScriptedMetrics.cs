using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;
using Bascule.Engine.Expressions;
using Bascule.Metrics;

namespace Bascule.Simulation.World;

/// <summary>A Prometheus that answers what chance says: mostly good, sometimes bad, empty, not a number, or not at all.</summary>
/// <param name="random">Decides.</param>
public sealed class ScriptedMetrics(Random random) : IMetricProviders, IMetricProvider
{
    private const double Good = 0.99;
    private const double Doubtful = 0.92;
    private const double Bad = 0.5;

    /// <summary>From now on every measurement is good.</summary>
    public bool AlwaysGood { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["prometheus"];

    /// <inheritdoc/>
    public string Name => "prometheus";

    /// <inheritdoc/>
    public IMetricProvider? Find(string name) => name == Name ? this : null;

    /// <inheritdoc/>
    public Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken) =>
        Task.FromResult(AlwaysGood ? Measured(Good) : random.Next(12) switch
        {
            0 => Measured(Bad),
            1 => Measured(Doubtful),
            2 => Measured(double.NaN),
            3 => MeasurementOutcome.Failed("simulated: the metrics server does not answer"),
            4 => MeasurementOutcome.Measured(Value.Floats([]), "[]"),
            _ => Measured(Good),
        });

    /// <inheritdoc/>
    public Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken) =>
        Task.FromResult(MeasurementOutcome.Failed("simulated: there is nothing to end"));

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Describe(Metric metric) => ImmutableSortedDictionary<string, string>.Empty;

    private static MeasurementOutcome Measured(double value) =>
        MeasurementOutcome.Measured(Value.Floats([value]), $"[{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}]");
}
