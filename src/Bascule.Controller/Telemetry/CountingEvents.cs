using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Controller.Telemetry;

/// <summary>Counts the events about Rollouts on their way (PM-09), also those that are thinned out behind.</summary>
/// <param name="inner">Where they go.</param>
internal sealed class CountingEvents(IEventSink inner) : IEventSink
{
    private readonly Series<(ObjectKey Rollout, EventSeverity Severity, string Reason), Count> _counts =
        new(() => new Count(), labels => (ArgoResources.Rollouts, labels.Rollout));

    /// <inheritdoc/>
    public void Record(KubeEvent value)
    {
        if (value.About.Type == ArgoResources.Rollouts)
            _counts.Of((value.About.Key, value.Severity, value.Reason)).Increment();
        inner.Record(value);
    }

    /// <summary>Drops the counts about some objects.</summary>
    public void Drop(IReadOnlySet<(ResourceType Type, ObjectKey Key)> gone) => _counts.Drop(gone);

    /// <summary>Writes them.</summary>
    public void Write(MetricsText text)
    {
        text.Metric("rollout_events_total", "counter", "Events about the Rollout.");
        foreach (var (labels, value) in _counts.All)
            text.Value(value.Value, ("namespace", labels.Rollout.Namespace ?? ""), ("name", labels.Rollout.Name), ("type", labels.Severity.ToString()), ("reason", labels.Reason));
    }
}
