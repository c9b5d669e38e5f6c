using System.Collections.Immutable;

namespace Bascule.Engine.Analysis;

/// <summary>A look at a metric that the shell has taken and that a decision has still to record.</summary>
/// <param name="Task">What was asked for.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ResultMetadata">What the provider says about the metric as a whole; kept from the first measurement on.</param>
public sealed record FinishedMeasurement(
    MeasurementTask Task,
    MeasurementOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    ImmutableSortedDictionary<string, string> ResultMetadata)
{
    /// <summary>The measurement was ended, not taken (RUN-11).</summary>
    public bool Terminated { get; init; }
}
