using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Printing;

/// <summary>The columns of pods, of which STATUS and RESTARTS put several fields into one word.</summary>
internal static class PodColumns
{
    /// <summary>The columns in order.</summary>
    public static IReadOnlyList<Column> All { get; } =
    [
        Column.NameColumn,
        Column.Text("Ready", p => $"{p.Root.Items("status", "containerStatuses").Count(IsRunningAndReady)}/{p.Root.Items("spec", "containers").Count()}"),
        Column.Text("Status", Status),
        new("Restarts", (p, now) => Restarts(p.Root, now)),
        Column.Age,
        Column.Wide("IP", p => p.Root.Text("status", "podIP").Or(Words.None)),
        Column.Wide("Node", p => p.Root.Text("spec", "nodeName").Or(Words.None)),
        Column.Wide("Nominated Node", p => p.Root.Text("status", "nominatedNodeName").Or(Words.None)),
        Column.Wide("Readiness Gates", ReadinessGates),
    ];

    /// <summary>The one word kubectl has for a pod's state.</summary>
    public static string Status(KubeObject pod)
    {
        var phase = pod.Root.Text("status", "phase");
        var reason = pod.Root.Text("status", "reason").Or(phase);
        var word = Initializing(pod.Root) ?? OfContainers(pod.Root, reason);
        if (pod.DeletionTimestamp is not null && phase is not ("Succeeded" or "Failed"))
            return pod.Root.Text("status", "reason") == "NodeLost" ? "Unknown" : "Terminating";
        return word;
    }

    private static string? Initializing(JsonElement pod)
    {
        var statuses = pod.Items("status", "initContainerStatuses").ToList();
        if (HasCondition(pod, "Initialized"))
            return null;
        for (var i = 0; i < statuses.Count; i++)
        {
            var terminated = statuses[i].At("state", "terminated");
            var waiting = statuses[i].Text("state", "waiting", "reason");
            if (terminated.ValueKind == JsonValueKind.Object && terminated.Number("exitCode") == 0)
                continue;
            if (terminated.ValueKind == JsonValueKind.Object)
                return "Init:" + Ended(terminated);
            return waiting is "" or "PodInitializing" ? $"Init:{i}/{pod.Items("spec", "initContainers").Count()}" : "Init:" + waiting;
        }

        return null;
    }

    private static string OfContainers(JsonElement pod, string reason)
    {
        var word = reason;
        var hasRunning = false;
        foreach (var status in pod.Items("status", "containerStatuses").Reverse())
        {
            var terminated = status.At("state", "terminated");
            if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
                word = waiting;
            else if (terminated.ValueKind == JsonValueKind.Object)
                word = Ended(terminated);
            else
                hasRunning |= IsRunningAndReady(status);
        }

        return word == "Completed" && hasRunning ? HasCondition(pod, "Ready") ? "Running" : "NotReady" : word;
    }

    private static string Ended(JsonElement terminated) => terminated switch
    {
        _ when terminated.Text("reason") is { Length: > 0 } reason => reason,
        _ when terminated.Number("signal") is not 0 and var signal => $"Signal:{signal}",
        _ => $"ExitCode:{terminated.Number("exitCode")}",
    };

    private static string Restarts(JsonElement pod, DateTimeOffset now)
    {
        var statuses = pod.Items("status", "containerStatuses").ToList();
        var count = statuses.Sum(s => s.Number("restartCount"));
        var last = statuses.Max(s => s.Instant("lastState", "terminated", "finishedAt"));
        return count == 0 || last is null ? $"{count}" : $"{count} ({HumanDuration.Since(last, now)} ago)";
    }

    private static string ReadinessGates(KubeObject pod)
    {
        var gates = pod.Root.Items("spec", "readinessGates").Select(g => g.Text("conditionType")).ToList();
        return gates.Count == 0 ? Words.None : $"{gates.Count(g => HasCondition(pod.Root, g))}/{gates.Count}";
    }

    private static bool IsRunningAndReady(JsonElement status) => status.IsTrue("ready") && status.At("state", "running").ValueKind == JsonValueKind.Object;

    private static bool HasCondition(JsonElement pod, string type) =>
        pod.Items("status", "conditions").Any(c => c.Text("type") == type && c.Text("status") == "True");
}
