using Bascule.Kube.Queue;

namespace Bascule.Controller.Telemetry;

/// <summary>The queues of the loops, by the names that Kubernetes' own components have for theirs (PM-29).</summary>
internal static class QueueMetrics
{
    /// <summary>Writes them.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="loops">The loops by the names of their queues.</param>
    public static void Write(MetricsText text, IReadOnlyList<(string Name, ReconcileLoop Loop)> loops)
    {
        var read = loops.Select(l => (l.Name, l.Loop.Times, l.Loop.Counts)).ToList();
        text.Metric("workqueue_adds_total", "counter", "Keys that became due.");
        foreach (var (name, times, _) in read)
            text.Value(times.Due, ("name", name));
        text.Metric("workqueue_depth", "gauge", "Keys that are due and not yet worked on.");
        foreach (var (name, _, counts) in read)
            text.Value(counts.Ready, ("name", name));
        text.Metric("workqueue_queue_duration_seconds", "histogram", "Seconds that keys were due before they were worked on.");
        foreach (var (name, times, _) in read)
            text.Value(times.Waited, ("name", name));
        text.Metric("workqueue_work_duration_seconds", "histogram", "Seconds that keys were worked on.");
        foreach (var (name, times, _) in read)
            text.Value(times.Worked, ("name", name));
        text.Metric("workqueue_unfinished_work_seconds", "gauge", "Seconds that the keys being worked on have taken so far.");
        foreach (var (name, times, _) in read)
            text.Value(times.Unfinished.TotalSeconds, ("name", name));
        text.Metric("workqueue_longest_running_processor_seconds", "gauge", "Seconds that the key worked on for the longest has taken so far.");
        foreach (var (name, times, _) in read)
            text.Value(times.Longest.TotalSeconds, ("name", name));
        text.Metric("workqueue_retries_total", "counter", "Keys that were to be worked on later.");
        foreach (var (name, times, _) in read)
            text.Value(times.Retries, ("name", name));
    }
}
