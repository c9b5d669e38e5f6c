namespace Bascule.Api;

/// <summary>Types of a Rollout's conditions (COND rows).</summary>
public static class ConditionTypes
{
    /// <summary>The spec cannot be run (COND-3).</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>Enough pods are available (COND-4).</summary>
    public const string Available = "Available";

    /// <summary>The stable version is the current one (COND-5).</summary>
    public const string Completed = "Completed";

    /// <summary>Nothing is left to do and everything is available (COND-6).</summary>
    public const string Healthy = "Healthy";

    /// <summary>A ReplicaSet cannot make its pods (COND-7).</summary>
    public const string ReplicaFailure = "ReplicaFailure";

    /// <summary>Waiting for a user, a duration or a decision (COND-8).</summary>
    public const string Paused = "Paused";

    /// <summary>Whether the update moves (COND-10 to COND-22).</summary>
    public const string Progressing = "Progressing";

    /// <summary>
    /// Of our own, with status False while the cluster does not serve a kind of routing objects that the Rollout names; absent
    /// otherwise. Phase and message do not depend on it.
    /// </summary>
    public const string TrafficRoutingReady = "TrafficRoutingReady";
}
