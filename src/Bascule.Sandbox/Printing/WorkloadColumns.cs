using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>The columns of what makes pods.</summary>
internal static class WorkloadColumns
{
    private static Column[] Details { get; } =
    [
        Column.Wide("Containers", o => Words.Containers(o.Root.At("spec", "template"))),
        Column.Wide("Images", o => Words.Images(o.Root.At("spec", "template"))),
        Column.Wide("Selector", o => Words.Selector(o.Root.At("spec", "selector"))),
    ];

    /// <summary>Deployments.</summary>
    public static IReadOnlyList<Column> Deployments { get; } =
    [
        Column.NameColumn,
        Column.Text("Ready", ReadyOfWanted),
        Column.Number("Up-to-date", o => o.Root.Number("status", "updatedReplicas")),
        Column.Number("Available", o => o.Root.Number("status", "availableReplicas")),
        Column.Age,
        .. Details,
    ];

    /// <summary>ReplicaSets and ReplicationControllers.</summary>
    public static IReadOnlyList<Column> ReplicaSets { get; } =
    [
        Column.NameColumn,
        Column.Number("Desired", o => o.Root.Number("spec", "replicas")),
        Column.Number("Current", o => o.Root.Number("status", "replicas")),
        Column.Number("Ready", o => o.Root.Number("status", "readyReplicas")),
        Column.Age,
        .. Details,
    ];

    /// <summary>StatefulSets.</summary>
    public static IReadOnlyList<Column> StatefulSets { get; } = [Column.NameColumn, Column.Text("Ready", ReadyOfWanted), Column.Age, Details[0], Details[1]];

    /// <summary>DaemonSets.</summary>
    public static IReadOnlyList<Column> DaemonSets { get; } =
    [
        Column.NameColumn,
        Column.Number("Desired", o => o.Root.Number("status", "desiredNumberScheduled")),
        Column.Number("Current", o => o.Root.Number("status", "currentNumberScheduled")),
        Column.Number("Ready", o => o.Root.Number("status", "numberReady")),
        Column.Number("Up-to-date", o => o.Root.Number("status", "updatedNumberScheduled")),
        Column.Number("Available", o => o.Root.Number("status", "numberAvailable")),
        Column.Text("Node Selector", o => Words.Labels(o.Root.At("spec", "template", "spec", "nodeSelector"))),
        Column.Age,
        .. Details,
    ];

    /// <summary>Jobs.</summary>
    public static IReadOnlyList<Column> Jobs { get; } =
    [
        Column.NameColumn,
        Column.Text("Status", JobStatus),
        Column.Text("Completions", o => $"{o.Root.Number("status", "succeeded")}/{Completions(o)}"),
        new("Duration", JobDuration),
        Column.Age,
        .. Details,
    ];

    /// <summary>CronJobs.</summary>
    public static IReadOnlyList<Column> CronJobs { get; } =
    [
        Column.NameColumn,
        Column.Text("Schedule", o => o.Root.Text("spec", "schedule")),
        Column.Text("Timezone", o => o.Root.Text("spec", "timeZone").Or(Words.None)),
        Column.Text("Suspend", o => o.Root.IsTrue("spec", "suspend") ? "True" : "False"),
        Column.Number("Active", o => o.Root.Items("status", "active").Count()),
        new("Last Schedule", (o, now) => o.Root.Instant("status", "lastScheduleTime") is { } last ? HumanDuration.Since(last, now) : Words.None),
        Column.Age,
        Column.Wide("Containers", o => Words.Containers(o.Root.At("spec", "jobTemplate", "spec", "template"))),
        Column.Wide("Images", o => Words.Images(o.Root.At("spec", "jobTemplate", "spec", "template"))),
    ];

    /// <summary>HorizontalPodAutoscalers.</summary>
    public static IReadOnlyList<Column> Autoscalers { get; } =
    [
        Column.NameColumn,
        Column.Text("Reference", o => $"{o.Root.Text("spec", "scaleTargetRef", "kind")}/{o.Root.Text("spec", "scaleTargetRef", "name")}"),
        Column.Text("Targets", Targets),
        Column.Text("MinPods", o => o.Root.Number("spec", "minReplicas") is not 0 and var least ? $"{least}" : Words.Unset),
        Column.Number("MaxPods", o => o.Root.Number("spec", "maxReplicas")),
        Column.Number("Replicas", o => o.Root.Number("status", "currentReplicas")),
        Column.Age,
    ];

    private static string ReadyOfWanted(KubeObject o) => $"{o.Root.Number("status", "readyReplicas")}/{o.Root.Number("spec", "replicas")}";

    private static string JobStatus(KubeObject job)
    {
        var holds = job.Root.Items("status", "conditions").Where(c => c.Text("status") == "True").Select(c => c.Text("type")).ToHashSet();
        return holds.Contains("Complete") ? "Complete"
            : holds.Contains("Failed") ? "Failed"
            : job.DeletionTimestamp is not null ? "Terminating"
            : holds.Contains("Suspended") ? "Suspended"
            : "Running";
    }

    /// <summary>A Job without a number of completions is done with the first of its workers.</summary>
    private static string Completions(KubeObject job) =>
        job.Root.At("spec", "completions").Exists() ? $"{job.Root.Number("spec", "completions")}"
        : job.Root.Number("spec", "parallelism") is > 1 and var workers ? $"1 of {workers}"
        : "1";

    private static JsonNode JobDuration(KubeObject job, DateTimeOffset now) =>
        job.Root.Instant("status", "startTime") is { } start ? HumanDuration.Of((job.Root.Instant("status", "completionTime") ?? now) - start) : "";

    private static string Targets(KubeObject autoscaler)
    {
        var current = autoscaler.Root.Items("status", "currentMetrics").ToList();
        var shown = autoscaler.Root.Items("spec", "metrics").Select((metric, i) =>
        {
            var resource = metric.At("resource");
            var wanted = resource.Number("target", "averageUtilization");
            var seen = i < current.Count ? $"{current[i].Number("resource", "current", "averageUtilization")}%" : "<unknown>";
            return metric.Text("type") == "Resource" && wanted != 0 ? $"{resource.Text("name")}: {seen}/{wanted}%" : "<unknown>";
        });
        return string.Join(", ", shown).Or(Words.None);
    }
}
