namespace Bascule.Api;

/// <summary>Reasons of the events about a Rollout (EV rows).</summary>
public static class EventReasons
{
    /// <summary>EV-1.</summary>
    public const string AddedToInformer = "RolloutAddedToInformer";

    /// <summary>EV-2.</summary>
    public const string Updated = "RolloutUpdated";

    /// <summary>EV-3.</summary>
    public const string NewReplicaSetCreated = "NewReplicaSetCreated";

    /// <summary>EV-4.</summary>
    public const string ReplicaSetCreateError = "ReplicaSetCreateError";

    /// <summary>EV-5.</summary>
    public const string ScalingReplicaSet = "ScalingReplicaSet";

    /// <summary>EV-6.</summary>
    public const string NotCompleted = "RolloutNotCompleted";

    /// <summary>EV-7.</summary>
    public const string Completed = "RolloutCompleted";

    /// <summary>EV-8.</summary>
    public const string StepCompleted = "RolloutStepCompleted";

    /// <summary>EV-9.</summary>
    public const string Paused = "RolloutPaused";

    /// <summary>EV-10.</summary>
    public const string Resumed = "RolloutResumed";

    /// <summary>EV-11.</summary>
    public const string Aborted = "RolloutAborted";

    /// <summary>EV-12.</summary>
    public const string SkipSteps = "SkipSteps";

    /// <summary>EV-13.</summary>
    public const string SwitchService = "SwitchService";

    /// <summary>EV-19.</summary>
    public const string ReconciliationError = "ReconciliationError";

    /// <summary>EV-21.</summary>
    public const string Deleted = "RolloutDeleted";

    /// <summary>Prefix of EV-18, followed by the phase.</summary>
    public const string AnalysisRunPrefix = "AnalysisRun";
}
