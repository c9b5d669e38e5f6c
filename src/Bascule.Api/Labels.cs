namespace Bascule.Api;

/// <summary>Label keys that are part of the contract with other tools (KEY rows).</summary>
public static class Labels
{
    /// <summary>Which version of the pod template an object belongs to (KEY-1).</summary>
    public const string PodTemplateHash = "rollouts-pod-template-hash";

    /// <summary>The hash label that the Deployment controller sets; never part of a rollout's version.</summary>
    public const string DeploymentPodTemplateHash = "pod-template-hash";

    /// <summary>Which controller instance an object belongs to (KEY-9).</summary>
    public const string InstanceId = "argo-rollouts.argoproj.io/controller-instance-id";

    /// <summary>What an AnalysisRun is for: a value of <see cref="RolloutTypes"/> (KEY-11).</summary>
    public const string RolloutType = "rollout-type";

    /// <summary>Which step an AnalysisRun belongs to, from 0 (KEY-11).</summary>
    public const string StepIndex = "step-index";

    /// <summary>On a Job: the uid of the AnalysisRun whose measurement it is (KEY-12).</summary>
    public const string AnalysisRunUid = "analysisrun.argoproj.io/uid";

    /// <summary>On a Secret: <c>true</c> marks the cluster that holds the Istio objects (KEY-14).</summary>
    public const string IstioPrimaryCluster = "istio.argoproj.io/primary-cluster";
}
