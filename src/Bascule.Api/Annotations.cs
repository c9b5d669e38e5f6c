namespace Bascule.Api;

/// <summary>Annotation keys that are part of the contract with other tools (KEY rows).</summary>
public static class Annotations
{
    /// <summary>Decimal revision of a Rollout, ReplicaSet or AnalysisRun (KEY-2).</summary>
    public const string Revision = "rollout.argoproj.io/revision";

    /// <summary>Comma list of the earlier revisions of a ReplicaSet (KEY-3).</summary>
    public const string RevisionHistory = "rollout.argoproj.io/revision-history";

    /// <summary>The rollout's replicas when the ReplicaSet was last scaled (KEY-4).</summary>
    public const string DesiredReplicas = "rollout.argoproj.io/desired-replicas";

    /// <summary>Generation of the referenced workload (KEY-5).</summary>
    public const string WorkloadGeneration = "rollout.argoproj.io/workload-generation";

    /// <summary>JSON of the labels and annotations that were injected into a ReplicaSet's pods (KEY-6).</summary>
    public const string EphemeralMetadata = "rollout.argoproj.io/ephemeral-metadata";

    /// <summary>RFC 3339 instant after which a ReplicaSet is scaled to 0 (KEY-7).</summary>
    public const string ScaleDownDeadline = "scale-down-deadline";

    /// <summary>On a Service: the Rollout that manages its selector (KEY-8).</summary>
    public const string ManagedBy = "argo-rollouts.argoproj.io/managed-by-rollouts";

    /// <summary>Notification bookkeeping; never copied to a ReplicaSet (KEY-15).</summary>
    public const string Notified = "notified.notifications.argoproj.io";

    /// <summary>Bookkeeping of client-side apply; never copied to a ReplicaSet (KEY-15).</summary>
    public const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>On a ReplicaSet or Service: the Experiment it belongs to (KEY-10).</summary>
    public const string ExperimentName = "experiment.argoproj.io/name";

    /// <summary>On a ReplicaSet or Service: the Experiment's template it belongs to (KEY-10).</summary>
    public const string ExperimentTemplateName = "experiment.argoproj.io/template-name";

    /// <summary>On a Job: the AnalysisRun whose measurement it is (KEY-12).</summary>
    public const string AnalysisRunName = "analysisrun.argoproj.io/name";

    /// <summary>On a Job: that run's namespace (KEY-12).</summary>
    public const string AnalysisRunNamespace = "analysisrun.argoproj.io/namespace";

    /// <summary>On a Job: the metric that it measures (KEY-12).</summary>
    public const string AnalysisRunMetricName = "analysisrun.argoproj.io/metric-name";

    /// <summary>On an Ingress: which annotations of the AWS load balancer controller are ours (KEY-13).</summary>
    public const string ManagedAlb = "rollouts.argoproj.io/managed-alb-annotations";

    /// <summary>The key that older versions used for <see cref="ManagedAlb"/> (KEY-13).</summary>
    public const string ManagedAlbOld = "rollouts.argoproj.io/managed-alb-actions";
}
