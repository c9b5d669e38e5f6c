using System.Globalization;
using System.Text.Json;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>What the controllers ask about a pod, read once.</summary>
internal sealed record PodFacts
{
    private const string DeletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    private PodFacts(KubeObject pod)
    {
        Object = pod;
        var status = pod.Root.At("status");
        Phase = status.Text("phase") ?? "";
        Ip = status.Text("podIP") ?? "";
        IsScheduled = !string.IsNullOrEmpty(pod.Root.At("spec").Text("nodeName"));
        var ready = Condition(status, "Ready");
        IsReady = ready.Text("status") == "True";
        ReadySince = IsReady ? ready.Instant("lastTransitionTime") : null;
        MostRestarts = status.Items("containerStatuses").Concat(status.Items("initContainerStatuses")).Select(c => c.Int("restartCount") ?? 0).DefaultIfEmpty().Max();
        DeletionCost = pod.Annotations.TryGetValue(DeletionCostAnnotation, out var cost) && int.TryParse(cost, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>The pod itself.</summary>
    public KubeObject Object { get; }

    /// <summary><c>status.phase</c>; empty before the runtime saw it.</summary>
    public string Phase { get; }

    /// <summary><c>status.podIP</c>; empty before it has one.</summary>
    public string Ip { get; }

    /// <summary>Whether it was given to the node.</summary>
    public bool IsScheduled { get; }

    /// <summary>Whether its Ready condition is True.</summary>
    public bool IsReady { get; }

    /// <summary>Since when it is ready; null when it is not.</summary>
    public DateTimeOffset? ReadySince { get; }

    /// <summary>The restart count of its most often restarted container.</summary>
    public int MostRestarts { get; }

    /// <summary>The user's hint which pods are cheap to lose; 0 without one.</summary>
    public int DeletionCost { get; }

    /// <summary>Ended for good.</summary>
    public bool IsTerminal => Phase is "Succeeded" or "Failed";

    /// <summary>Being deleted.</summary>
    public bool IsTerminating => Object.DeletionTimestamp is not null;

    /// <summary>Counts as a replica: neither ended nor ending.</summary>
    public bool IsActive => !IsTerminal && !IsTerminating;

    /// <summary>Reads a pod.</summary>
    public static PodFacts Of(KubeObject pod) => new(pod);

    /// <summary>Ready for at least the given time.</summary>
    public bool IsAvailable(TimeSpan minReady, DateTimeOffset now) =>
        IsReady && (minReady == TimeSpan.Zero || (ReadySince is { } since && since + minReady <= now));

    private static JsonElement Condition(JsonElement status, string type) => status.Items("conditions").FirstOrDefault(c => c.Text("type") == type);
}
