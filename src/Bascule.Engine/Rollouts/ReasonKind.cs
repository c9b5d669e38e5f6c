namespace Bascule.Engine.Rollouts;

/// <summary>What a <see cref="Reason"/> is about; stable, for machines.</summary>
public enum ReasonKind
{
    /// <summary>Nothing is left to do.</summary>
    Healthy,

    /// <summary>The Rollout is being deleted.</summary>
    BeingDeleted,

    /// <summary>The spec or something it refers to is wrong.</summary>
    InvalidSpec,

    /// <summary>The spec asks for something that this version does not run yet.</summary>
    Unsupported,

    /// <summary>This pass writes; the next one sees the result.</summary>
    Acting,

    /// <summary>The user paused the Rollout.</summary>
    PausedByUser,

    /// <summary>At a pause step.</summary>
    PauseStep,

    /// <summary>Paused for an inconclusive analysis.</summary>
    PausedInconclusive,

    /// <summary>The version on its way to the users waits for pods.</summary>
    WaitingForPods,

    /// <summary>Pods of other versions still have to go.</summary>
    WaitingForOldPods,

    /// <summary>Pods are being replaced, or will be, because a user asked for a restart.</summary>
    Restarting,

    /// <summary>An analysis step is running.</summary>
    StepAnalysis,

    /// <summary>The analysis beside the steps.</summary>
    BackgroundAnalysis,

    /// <summary>The analysis before or after a blue-green switch.</summary>
    PromotionAnalysis,

    /// <summary>A Service cannot be switched yet.</summary>
    WaitingForService,

    /// <summary>The traffic is not yet where it should be, or nobody can tell.</summary>
    WaitingForTraffic,

    /// <summary>A blue-green update waits before its switch.</summary>
    BlueGreenPause,

    /// <summary>Pods of an earlier or aborted version are kept for a while.</summary>
    ScaleDownDelay,

    /// <summary>The update was aborted.</summary>
    Aborted,

    /// <summary>No progress within the deadline.</summary>
    DeadlineExceeded,

    /// <summary>A ReplicaSet reports that it cannot make pods.</summary>
    ReplicaFailure,

    /// <summary>An AnalysisRun is taking measurements.</summary>
    Measuring,

    /// <summary>A metric of an AnalysisRun waits for its next measurement.</summary>
    WaitingToMeasure,

    /// <summary>An AnalysisRun or one of its metrics has ended.</summary>
    AnalysisCompleted,

    /// <summary>An Experiment runs its versions beside each other.</summary>
    ExperimentRunning,

    /// <summary>A step plugin runs, is about to be called, or cannot be called.</summary>
    StepPlugin,

    /// <summary>An Experiment has ended.</summary>
    ExperimentCompleted,
}
