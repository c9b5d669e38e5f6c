namespace Bascule.Api;

/// <summary>Reasons of the conditions of a Rollout (COND rows) and an Experiment (EX-22).</summary>
public static class ConditionReasons
{
    /// <summary>COND-3.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>COND-4.</summary>
    public const string Available = "AvailableReason";

    /// <summary>COND-5.</summary>
    public const string Completed = "RolloutCompleted";

    /// <summary>COND-6.</summary>
    public const string Healthy = "RolloutHealthy";

    /// <summary>COND-8 and COND-20.</summary>
    public const string Paused = "RolloutPaused";

    /// <summary>COND-10.</summary>
    public const string FoundNewReplicaSet = "FoundNewReplicaSet";

    /// <summary>COND-11.</summary>
    public const string NewReplicaSetCreated = "NewReplicaSetCreated";

    /// <summary>COND-12.</summary>
    public const string ReplicaSetUpdated = "ReplicaSetUpdated";

    /// <summary>COND-13.</summary>
    public const string NewReplicaSetAvailable = "NewReplicaSetAvailable";

    /// <summary>COND-14.</summary>
    public const string ReplicaSetNotAvailable = "ReplicaSetNotAvailable";

    /// <summary>COND-15.</summary>
    public const string ProgressDeadlineExceeded = "ProgressDeadlineExceeded";

    /// <summary>COND-16.</summary>
    public const string Aborted = "RolloutAborted";

    /// <summary>COND-17.</summary>
    public const string ReplicaSetCreateError = "ReplicaSetCreateError";

    /// <summary>COND-21.</summary>
    public const string Resumed = "RolloutResumed";

    /// <summary>COND-22.</summary>
    public const string Retry = "RolloutRetry";

    /// <summary>Of <see cref="ConditionTypes.TrafficRoutingReady"/>: a definition is not installed, or a version not served.</summary>
    public const string RoutingKindNotServed = "RoutingKindNotServed";

    /// <summary>EX-22; an Experiment's other conditions share the reasons above.</summary>
    public const string ExperimentCompleted = "ExperimentCompleted";
}
