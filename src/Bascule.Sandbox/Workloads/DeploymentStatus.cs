using System.Text.Json.Nodes;

namespace Bascule.Sandbox.Workloads;

/// <summary>Builds the status of a Deployment within one decision: counts, conditions, and whether the deadline ran out.</summary>
internal sealed class DeploymentStatus
{
    private const string Progressing = "Progressing";
    private readonly DeploymentFacts deployment;
    private readonly DateTimeOffset now;
    private Conditions conditions;

    /// <summary>Starts from the status as it was seen.</summary>
    public DeploymentStatus(DeploymentFacts deployment, DateTimeOffset now)
    {
        this.deployment = deployment;
        this.now = now;
        conditions = Conditions.Read(deployment.Status);
    }

    /// <summary>Everything runs the new template and is available; meaningful once a status was built.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>When the progress deadline must be checked; null when it cannot run out.</summary>
    public TimeSpan? LookAgainAfter { get; private set; }

    /// <summary>A paused Deployment makes no progress and must not be blamed for it.</summary>
    public void NotePause(bool paused)
    {
        if (deployment.ProgressDeadline is null || conditions.Get(Progressing)?.Reason == "ProgressDeadlineExceeded")
            return;
        var noted = conditions.Get(Progressing)?.Reason == "DeploymentPaused";
        if (paused && !noted)
            Set(Progressing, "Unknown", "DeploymentPaused", "Deployment is paused");
        else if (!paused && noted)
            Set(Progressing, "Unknown", "DeploymentResumed", "Deployment is resumed");
    }

    /// <summary>The template has a ReplicaSet from before.</summary>
    public void NoteFound(string name)
    {
        if (deployment.ProgressDeadline is not null && conditions.Get(Progressing) is null)
            Set(Progressing, "True", "FoundNewReplicaSet", $"Found new replica set \"{name}\"");
    }

    /// <summary>The template gets a ReplicaSet in this pass.</summary>
    public void NoteCreated(string name)
    {
        if (deployment.ProgressDeadline is not null)
            Set(Progressing, "True", "NewReplicaSetCreated", $"Created new replica set \"{name}\"");
    }

    /// <summary>The status while rolling out.</summary>
    public JsonObject WithProgress(IReadOnlyList<ReplicaSetState> sets, ReplicaSetState? current)
    {
        var counts = Counts.Of(sets, current);
        NoteAvailability(counts);
        IsComplete = counts.Updated == deployment.Replicas && counts.Replicas == deployment.Replicas && counts.Available == deployment.Replicas;
        NoteProgress(counts, current);
        NoteFailures(sets, current);
        LookAgainAfter = DeadlineIn();
        return Write(counts);
    }

    /// <summary>The status while paused, scaling or being deleted.</summary>
    public JsonObject WithoutProgress(IReadOnlyList<ReplicaSetState> sets, ReplicaSetState? current)
    {
        var counts = Counts.Of(sets, current);
        NoteAvailability(counts);
        return Write(counts);
    }

    private void NoteAvailability(Counts counts)
    {
        if (counts.Available >= deployment.Replicas - deployment.MaxUnavailable)
            Set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        else
            Set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
    }

    private void NoteProgress(Counts counts, ReplicaSetState? current)
    {
        var present = conditions.Get(Progressing);
        if (deployment.ProgressDeadline is null)
        {
            conditions = conditions.Without(Progressing);
            return;
        }

        if (counts.Replicas == counts.Updated && present?.Reason == "NewReplicaSetAvailable")
            return;
        var subject = current is null ? $"Deployment \"{deployment.Object.Name}\"" : $"ReplicaSet \"{current.Name}\"";
        if (IsComplete)
        {
            Set(Progressing, "True", "NewReplicaSetAvailable", $"{subject} has successfully progressed.");
        }
        else if (Advanced(counts))
        {
            // Replaced even when nothing but the time changes: the deadline runs from the last progress.
            var transition = present?.Status == "True" ? present.LastTransition : now;
            conditions = conditions.Replace(new Condition(Progressing, "True", "ReplicaSetUpdated", $"{subject} is progressing.", transition, now));
        }
        else if (TimedOut(present))
        {
            Set(Progressing, "False", "ProgressDeadlineExceeded", $"{subject} has timed out progressing.");
        }
    }

    /// <summary>Whether there are more new pods, fewer old ones, or more that are ready or available, than the status says.</summary>
    private bool Advanced(Counts counts)
    {
        var before = deployment.Status;
        var updated = before.Int("updatedReplicas") ?? 0;
        return counts.Updated > updated
            || counts.Replicas - counts.Updated < (before.Int("replicas") ?? 0) - updated
            || counts.Ready > (before.Int("readyReplicas") ?? 0)
            || counts.Available > (before.Int("availableReplicas") ?? 0);
    }

    private bool TimedOut(Condition? progressing) => progressing switch
    {
        null or { Reason: "NewReplicaSetAvailable" } => false,
        { Reason: "ProgressDeadlineExceeded" } => true,
        _ => progressing.LastUpdate + deployment.ProgressDeadline < now,
    };

    private TimeSpan? DeadlineIn()
    {
        var progressing = conditions.Get(Progressing);
        if (deployment.ProgressDeadline is not { } deadline || progressing?.LastUpdate is not { } since || IsComplete || progressing.Reason == "ProgressDeadlineExceeded")
            return null;
        // Written times have whole seconds, and the deadline must be past, not just reached.
        var left = since + deadline - now + TimeSpan.FromSeconds(1);
        return left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1);
    }

    private void NoteFailures(IReadOnlyList<ReplicaSetState> sets, ReplicaSetState? current)
    {
        var failure = sets
            .OrderByDescending(s => s == current)
            .Select(s => s.Seen is null ? null : Conditions.Read(s.Seen.Root.At("status")).Get("ReplicaFailure"))
            .FirstOrDefault(c => c is not null);
        if (failure is null)
            conditions = conditions.Without("ReplicaFailure");
        else
            Set("ReplicaFailure", failure.Status, failure.Reason, failure.Message);
    }

    private void Set(string type, string status, string reason, string message) =>
        conditions = conditions.With(new Condition(type, status, reason, message, now, now));

    private JsonObject Write(Counts counts)
    {
        var status = new JsonObject { ["observedGeneration"] = deployment.Object.Generation };
        AddCount(status, "replicas", counts.Replicas);
        AddCount(status, "updatedReplicas", counts.Updated);
        AddCount(status, "readyReplicas", counts.Ready);
        AddCount(status, "availableReplicas", counts.Available);
        AddCount(status, "unavailableReplicas", counts.Unavailable);
        AddCount(status, "collisionCount", deployment.CollisionCount);
        if (!conditions.IsEmpty)
            status["conditions"] = conditions.ToJson();
        return status;
    }

    private static void AddCount(JsonObject status, string name, int count)
    {
        if (count > 0)
            status[name] = count;
    }

    private readonly record struct Counts(int Replicas, int Updated, int Ready, int Available, int Unavailable)
    {
        public static Counts Of(IReadOnlyList<ReplicaSetState> sets, ReplicaSetState? current)
        {
            var available = sets.Sum(s => s.Available);
            return new Counts(sets.Sum(s => s.Actual), current?.Actual ?? 0, sets.Sum(s => s.Ready), available, Math.Max(0, sets.Sum(s => s.Replicas) - available));
        }
    }
}
