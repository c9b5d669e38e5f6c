using System.Collections.Immutable;
using Bascule.Kube;
using Bascule.Kube.Queue;

namespace Bascule.Controller.Telemetry;

/// <summary>The passes over the objects of one kind (PM-07, PM-08, PM-18, PM-23).</summary>
/// <param name="type">The kind.</param>
/// <param name="exists">An object that is gone may be looked at once more; it gets no new values for that.</param>
internal sealed class PassSeries(ResourceType type, Func<ObjectKey, bool> exists) : IReconcileObserver
{
    private static readonly ImmutableArray<double> Seconds = [0.01, 0.15, 0.25, 0.5, 1];

    private readonly Series<ObjectKey, Histogram> _passes = new(() => new Histogram(Seconds), key => (type, key));
    private readonly Series<ObjectKey, Count> _errors = new(() => new Count(), key => (type, key));

    /// <inheritdoc/>
    public void Reconciled(ObjectKey key, ReconcileOutcome outcome, TimeSpan elapsed)
    {
        if (!exists(key))
            return;
        _passes.Of(key).Observe(elapsed.TotalSeconds);
        if (outcome == ReconcileOutcome.Failed)
            _errors.Of(key).Increment();
    }

    /// <summary>Drops the values about some objects.</summary>
    public void Drop(IReadOnlySet<(ResourceType Type, ObjectKey Key)> gone)
    {
        _passes.Drop(gone);
        _errors.Drop(gone);
    }

    /// <summary>Writes them.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="prefix">What the names of the two metrics begin with.</param>
    public void Write(MetricsText text, string prefix)
    {
        text.Metric($"{prefix}_reconcile", "histogram", $"Seconds that passes over the {type.Kind} took.");
        foreach (var (key, value) in _passes.All)
            text.Value(value.Read(), ("namespace", key.Namespace ?? ""), ("name", key.Name));
        text.Metric($"{prefix}_reconcile_error", "counter", $"Passes over the {type.Kind} that failed.");
        foreach (var (key, value) in _errors.All)
            text.Value(value.Value, ("namespace", key.Namespace ?? ""), ("name", key.Name));
    }
}
