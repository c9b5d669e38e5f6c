namespace Bascule.Api;

/// <summary>Reasons of the events about a Rollout, an AnalysisRun or an Experiment (EV rows); those that only one router sends are in <see cref="TrafficEventReasons"/>.</summary>
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

    /// <summary>Prefix of EV-18, EV-40 and EV-52, followed by the phase.</summary>
    public const string AnalysisRunPrefix = "AnalysisRun";

    /// <summary>EV-14.</summary>
    public const string TrafficWeightUpdated = "TrafficWeightUpdated";

    /// <summary>EV-15, when a router fails.</summary>
    public const string TrafficRoutingError = "TrafficRoutingError";

    /// <summary>EV-15, when it cannot be seen how a router divides traffic.</summary>
    public const string WeightVerifyError = "WeightVerifyError";

    /// <summary>EV-17.</summary>
    public const string ExperimentCreated = "ExperimentCreated";

    /// <summary>EV-20.</summary>
    public const string StepPluginTransition = "StepPluginTransition";

    /// <summary>EV-53, when an Experiment ends one of its runs.</summary>
    public const string AnalysisRunTerminating = "AnalysisRunTerminating";

    /// <summary>EV-53, when an Experiment cannot scale a ReplicaSet.</summary>
    public const string ReplicaSetUpdateError = "ReplicaSetUpdateError";

    /// <summary>The Deployment of a <c>workloadRef</c> cannot be scaled; the incumbent only logs that (SPEC-19).</summary>
    public const string ScaleWorkloadError = "ScaleWorkloadError";

    /// <summary>Prefix of EV-41, followed by the phase.</summary>
    public const string MetricPrefix = "Metric";

    /// <summary>Prefix of EV-50, followed by the phase.</summary>
    public const string ExperimentPrefix = "Experiment";

    /// <summary>Prefix of EV-51, followed by the status.</summary>
    public const string TemplatePrefix = "Template";
}
