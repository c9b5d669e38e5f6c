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
        Each("workqueue_adds_total", "counter", "Keys that became due.", (times, _) => times.Due);
        Each("workqueue_depth", "gauge", "Keys that are due and not yet worked on.", (_, counts) => counts.Ready);
        EachHistogram("workqueue_queue_duration_seconds", "Seconds that keys were due before they were worked on.", times => times.Waited);
        EachHistogram("workqueue_work_duration_seconds", "Seconds that keys were worked on.", times => times.Worked);
        EachHistogram("workqueue_wakeup_lateness_seconds", "Seconds from when keys were to be looked at again to when they were.", times => times.Late);
        Each("workqueue_unfinished_work_seconds", "gauge", "Seconds that the keys being worked on have taken so far.", (times, _) => times.Unfinished.TotalSeconds);
        Each("workqueue_longest_running_processor_seconds", "gauge", "Seconds that the key worked on for the longest has taken so far.", (times, _) => times.Longest.TotalSeconds);
        Each("workqueue_retries_total", "counter", "Keys that were to be worked on later.", (times, _) => times.Retries);

        void Each(string metric, string type, string help, Func<QueueTimes, QueueCounts, double> value)
        {
            text.Metric(metric, type, help);
            foreach (var (name, times, counts) in read)
                text.Value(value(times, counts), ("name", name));
        }

        void EachHistogram(string metric, string help, Func<QueueTimes, HistogramCounts> value)
        {
            text.Metric(metric, "histogram", help);
            foreach (var (name, times, _) in read)
                text.Value(value(times), ("name", name));
        }
    }
}
