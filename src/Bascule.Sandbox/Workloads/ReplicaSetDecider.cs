using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Sandbox.Workloads;

/// <summary>What to do about the pods of a ReplicaSet.</summary>
/// <param name="Adopt">Orphans that match the selector.</param>
/// <param name="Release">Own pods that no longer match.</param>
/// <param name="Create">How many pods are missing.</param>
/// <param name="Delete">Which pods are too many, the first to go first.</param>
/// <param name="Owned">The active pods the set counts, before creations and deletions.</param>
internal sealed record ReplicaSetPlan(
    ImmutableArray<PodFacts> Adopt,
    ImmutableArray<PodFacts> Release,
    int Create,
    ImmutableArray<PodFacts> Delete,
    ImmutableArray<PodFacts> Owned);

/// <summary>Decides how a ReplicaSet gets from the pods it has to the pods it wants. Pure.</summary>
internal static class ReplicaSetDecider
{
    /// <summary>At most this many pods are created or deleted in one pass, as in Kubernetes.</summary>
    public const int Burst = 500;

    /// <summary>Decides from a snapshot.</summary>
    /// <param name="set">The ReplicaSet.</param>
    /// <param name="pods">The pods of its namespace.</param>
    /// <param name="now">For the ages of pods.</param>
    public static ReplicaSetPlan Decide(KubeObject set, IReadOnlyList<PodFacts> pods, DateTimeOffset now)
    {
        var selector = LabelSelection.From(set.Root.At("spec", "selector"));
        var deleting = set.DeletionTimestamp is not null;
        var active = pods.Where(p => p.IsActive).ToList();
        var mine = active.Where(p => p.Object.ControllerUid == set.Uid).ToList();
        ImmutableArray<PodFacts> release = [.. mine.Where(p => !selector.Matches(p.Object.Labels))];
        ImmutableArray<PodFacts> adopt = deleting || selector.IsEmpty ? [] : [.. active.Where(p => p.Object.ControllerUid is null && selector.Matches(p.Object.Labels))];
        ImmutableArray<PodFacts> owned = [.. mine.Except(release), .. adopt];
        if (deleting)
            return new ReplicaSetPlan(adopt, release, 0, [], owned);

        var surplus = owned.Length - Replicas(set);
        return new ReplicaSetPlan(
            adopt,
            release,
            Create: Math.Clamp(-surplus, 0, Burst),
            Delete: surplus > 0 ? [.. owned.Order(new DeletionOrder(now)).Take(Math.Min(surplus, Burst))] : [],
            owned);
    }

    /// <summary><c>spec.replicas</c>, 1 when absent.</summary>
    public static int Replicas(KubeObject set) => set.Root.At("spec").Int("replicas") ?? 1;

    /// <summary><c>spec.minReadySeconds</c>.</summary>
    public static TimeSpan MinReady(KubeObject set) => TimeSpan.FromSeconds(set.Root.At("spec").Int("minReadySeconds") ?? 0);

    /// <summary>When a ready pod becomes available with nothing else happening; null when none is on its way.</summary>
    public static TimeSpan? NextAvailableIn(KubeObject set, IEnumerable<PodFacts> owned, DateTimeOffset now)
    {
        var minReady = MinReady(set);
        var waits = owned.Where(p => p.IsReady && !p.IsAvailable(minReady, now) && p.ReadySince is not null).Select(p => p.ReadySince!.Value + minReady - now).ToList();
        return waits.Count == 0 ? null : waits.Min();
    }

    /// <summary>The status that describes the pods.</summary>
    /// <param name="set">The ReplicaSet, for its generation, template and present conditions.</param>
    /// <param name="owned">Its active pods.</param>
    /// <param name="failure">Why pods could not be created or deleted in this pass; null when nothing failed.</param>
    /// <param name="now">The moment of the look.</param>
    public static JsonObject Status(KubeObject set, IReadOnlyCollection<PodFacts> owned, ReplicaFailure? failure, DateTimeOffset now)
    {
        var templateLabels = set.Root.At("spec", "template").At("metadata").TextMap("labels").ToList();
        var minReady = MinReady(set);
        var status = new JsonObject
        {
            ["replicas"] = owned.Count,
            ["observedGeneration"] = set.Generation,
        };
        AddCount(status, "fullyLabeledReplicas", owned.Count(p => templateLabels.TrueForAll(l => p.Object.Labels.TryGetValue(l.Key, out var value) && value == l.Value)));
        AddCount(status, "readyReplicas", owned.Count(p => p.IsReady));
        AddCount(status, "availableReplicas", owned.Count(p => p.IsAvailable(minReady, now)));
        var conditions = Conditions.Read(set.Root.At("status"));
        conditions = failure is null
            ? conditions.Without("ReplicaFailure")
            : conditions.With(new Condition("ReplicaFailure", "True", failure.Reason, failure.Message, LastTransition: now));
        if (!conditions.IsEmpty)
            status["conditions"] = conditions.ToJson();
        return status;
    }

    private static void AddCount(JsonObject status, string name, int count)
    {
        if (count > 0)
            status[name] = count;
    }
}

/// <summary>Why a ReplicaSet could not make or remove pods.</summary>
/// <param name="Reason"><c>FailedCreate</c> or <c>FailedDelete</c>.</param>
/// <param name="Message">The API's answer.</param>
internal sealed record ReplicaFailure(string Reason, string Message);
