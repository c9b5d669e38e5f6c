using System.Collections.Immutable;
using Bascule.Api.Analysis;
using Bascule.Engine.Analysis;

namespace Bascule.Metrics;

/// <summary>A source of measurements (MP-C-01). Implementations are used from many runs at a time.</summary>
public interface IMetricProvider
{
    /// <summary>The field of a metric's <c>provider</c> that asks for this provider, such as <c>prometheus</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Takes a measurement, or goes on with the one that the task names. A crash may follow before anything is noted, so
    /// that the same measurement is begun again: what a provider makes for it must have a name of its own.
    /// </summary>
    /// <returns>
    /// The value or, for everything that goes wrong, why there is none. Only a cancellation is thrown, and trouble with the
    /// cluster's own API that will pass: then the whole pass is tried again.
    /// </returns>
    Task<MeasurementOutcome> MeasureAsync(MeasurementTask task, CancellationToken cancellationToken);

    /// <summary>Ends the measurement under way that the task names.</summary>
    /// <returns>What came of it. Thrown is what <see cref="MeasureAsync"/> throws.</returns>
    Task<MeasurementOutcome> TerminateAsync(MeasurementTask task, CancellationToken cancellationToken);

    /// <summary>What to store once for the metric as a whole, such as the query as it was sent.</summary>
    ImmutableSortedDictionary<string, string> Describe(Metric metric);

    /// <summary>Whether a measurement under way has news that are worth a look before its time; answered at once, from a cache.</summary>
    bool HasNews(Measurement underWay) => false;

    /// <summary>Cleans up after measurements that nobody will look at again (RUN-17); doing it twice does no harm.</summary>
    /// <param name="runUid">The run that they belonged to.</param>
    /// <param name="measurements">The measurements as they were noted.</param>
    /// <param name="cancellationToken">Cancels; it is tried again later, as it is when anything else is thrown.</param>
    Task ForgetAsync(string runUid, ImmutableArray<Measurement> measurements, CancellationToken cancellationToken) => Task.CompletedTask;
}
