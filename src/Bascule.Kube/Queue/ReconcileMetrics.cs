using System.Diagnostics.Metrics;

namespace Bascule.Kube.Queue;

/// <summary>What loops do, as metrics of the meter <see cref="MeterName"/>. One instance serves all loops.</summary>
public sealed class ReconcileMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Bascule.Kube";

    private static readonly double[] Seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _deferrals;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Owns the meter.</param>
    public ReconcileMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _reconciles = meter.CreateCounter<long>("bascule.reconciles", "{reconcile}", "Passes of a reconciler, by outcome.");
        _deferrals = meter.CreateCounter<long>("bascule.reconcile.deferrals", "{deferral}", "Passes put off because the cache had not seen an own write.");
        _duration = meter.CreateHistogram("bascule.reconcile.duration", "s", "How long passes took.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    }

    internal void Begin(string loop)
    {
        foreach (var outcome in Enum.GetValues<ReconcileOutcome>())
            _reconciles.Add(0, new("kind", loop), new("outcome", Name(outcome)));
        _deferrals.Add(0, new KeyValuePair<string, object?>("kind", loop));
    }

    internal void Reconciled(string loop, ReconcileOutcome outcome, TimeSpan elapsed)
    {
        _reconciles.Add(1, new("kind", loop), new("outcome", Name(outcome)));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("kind", loop));
    }

    internal void Deferred(string loop) => _deferrals.Add(1, new KeyValuePair<string, object?>("kind", loop));

    private static string Name(ReconcileOutcome outcome) => outcome switch
    {
        ReconcileOutcome.Done => "done",
        ReconcileOutcome.Conflict => "conflict",
        ReconcileOutcome.Gone => "gone",
        ReconcileOutcome.Failed => "failed",
    };
}

/// <summary>How a pass ended.</summary>
internal enum ReconcileOutcome
{
    /// <summary>As it should.</summary>
    Done,

    /// <summary>Somebody else wrote first.</summary>
    Conflict,

    /// <summary>The object is not there any more.</summary>
    Gone,

    /// <summary>With an error.</summary>
    Failed,
}
