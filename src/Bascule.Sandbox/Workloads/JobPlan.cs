using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>Something to tell the users of a Job.</summary>
/// <param name="Severity">Normal or Warning.</param>
/// <param name="Reason">CamelCase reason.</param>
/// <param name="Message">The sentence.</param>
internal sealed record JobEvent(EventSeverity Severity, string Reason, string Message);

/// <summary>What to do about a Job, in the order of the members.</summary>
internal sealed record JobPlan
{
    /// <summary>The status to write; its lists of uncounted pods must be stored before those pods are released.</summary>
    public required JsonObject Status { get; init; }

    /// <summary>What the new status tells.</summary>
    public ImmutableArray<JobEvent> Events { get; init; } = [];

    /// <summary>Pods to take the tracking finalizer from: their end is noted, or is of no interest.</summary>
    public ImmutableArray<PodFacts> Release { get; init; } = [];

    /// <summary>Pods to delete and to count as failed when they end.</summary>
    public ImmutableArray<PodFacts> Fail { get; init; } = [];

    /// <summary>Pods to delete and not to count, because nobody wants them any more.</summary>
    public ImmutableArray<PodFacts> Drop { get; init; } = [];

    /// <summary>How many pods to create.</summary>
    public int Create { get; init; }

    /// <summary>Delete the Job itself: its time to live is over.</summary>
    public bool DeleteJob { get; init; }

    /// <summary>When to look again with nothing else happening; null when only a change matters.</summary>
    public TimeSpan? LookAgainAfter { get; init; }
}
