using Bascule.Api.Rollouts;

namespace Bascule.Api.Tests;

/// <summary>Words that other tools know by heart: a changed letter here is a broken cluster there.</summary>
public sealed class VocabularyTests
{
    [Fact]
    public void Label_OfTheVersion_KEY1() => Assert.Equal("rollouts-pod-template-hash", Labels.PodTemplateHash);

    [Fact]
    public void Annotation_OfTheRevision_KEY2() => Assert.Equal("rollout.argoproj.io/revision", Annotations.Revision);

    [Fact]
    public void Annotation_OfEarlierRevisions_KEY3() => Assert.Equal("rollout.argoproj.io/revision-history", Annotations.RevisionHistory);

    [Fact]
    public void Annotation_OfTheWantedReplicas_KEY4() => Assert.Equal("rollout.argoproj.io/desired-replicas", Annotations.DesiredReplicas);

    [Fact]
    public void Annotation_OfTheWorkloadsGeneration_KEY5() => Assert.Equal("rollout.argoproj.io/workload-generation", Annotations.WorkloadGeneration);

    [Fact]
    public void Annotation_OfInjectedMetadata_KEY6() => Assert.Equal("rollout.argoproj.io/ephemeral-metadata", Annotations.EphemeralMetadata);

    [Fact]
    public void Annotation_OfTheScaleDown_KEY7() => Assert.Equal("scale-down-deadline", Annotations.ScaleDownDeadline);

    [Fact]
    public void Annotation_OfTheManagingRollout_KEY8() => Assert.Equal("argo-rollouts.argoproj.io/managed-by-rollouts", Annotations.ManagedBy);

    [Fact]
    public void Label_OfTheInstance_KEY9() => Assert.Equal("argo-rollouts.argoproj.io/controller-instance-id", Labels.InstanceId);

    [Fact]
    public void Annotations_OfAnExperimentsObjects_KEY10() =>
        Assert.Equal(("experiment.argoproj.io/name", "experiment.argoproj.io/template-name"), (Annotations.ExperimentName, Annotations.ExperimentTemplateName));

    [Fact]
    public void Labels_OfAnAnalysisRun_KEY11()
    {
        Assert.Equal(("rollout-type", "step-index"), (Labels.RolloutType, Labels.StepIndex));
        Assert.Equal(
            ("Step", "Background", "PrePromotion", "PostPromotion"),
            (RolloutTypes.Step, RolloutTypes.Background, RolloutTypes.PrePromotion, RolloutTypes.PostPromotion));
    }

    [Fact]
    public void Keys_OfAJob_KEY12()
    {
        Assert.Equal("analysisrun.argoproj.io/uid", Labels.AnalysisRunUid);
        Assert.Equal(
            ("analysisrun.argoproj.io/name", "analysisrun.argoproj.io/namespace", "analysisrun.argoproj.io/metric-name"),
            (Annotations.AnalysisRunName, Annotations.AnalysisRunNamespace, Annotations.AnalysisRunMetricName));
    }

    [Fact]
    public void Annotations_OfAnAlbIngress_KEY13() =>
        Assert.Equal(("rollouts.argoproj.io/managed-alb-annotations", "rollouts.argoproj.io/managed-alb-actions"), (Annotations.ManagedAlb, Annotations.ManagedAlbOld));

    [Fact]
    public void Label_OfTheIstioCluster_KEY14() => Assert.Equal("istio.argoproj.io/primary-cluster", Labels.IstioPrimaryCluster);

    [Fact]
    public void Annotations_NotForReplicaSets_KEY15() =>
        Assert.Equal(("notified.notifications.argoproj.io", "kubectl.kubernetes.io/last-applied-configuration"), (Annotations.Notified, Annotations.LastApplied));

    [Fact]
    public void Annotation_OfARestart_IsNotOurs_KEY16() => // The reference declares it and never uses it.
        Assert.DoesNotContain("argo-rollouts.argoproj.io/restarted-after", typeof(Annotations).GetFields().Select(f => f.GetRawConstantValue()));

    [Fact]
    public void PauseReasons_AreTheReferences_STAT13() => Assert.Equal(
        ("InconclusiveAnalysisRun", "InconclusiveExperiment", "CanaryPauseStep", "BlueGreenPause"),
        (PauseReasons.InconclusiveAnalysisRun, PauseReasons.InconclusiveExperiment, PauseReasons.CanaryPauseStep, PauseReasons.BlueGreenPause));

    [Fact]
    public void PingPong_Roles_AreTheReferences() => Assert.Equal(("ping", "pong"), (PingPong.Ping, PingPong.Pong));

    [Theory] // As the EV rows have them.
    [InlineData("RolloutAddedToInformer", EventReasons.AddedToInformer)]
    [InlineData("RolloutUpdated", EventReasons.Updated)]
    [InlineData("NewReplicaSetCreated", EventReasons.NewReplicaSetCreated)]
    [InlineData("ReplicaSetCreateError", EventReasons.ReplicaSetCreateError)]
    [InlineData("ScalingReplicaSet", EventReasons.ScalingReplicaSet)]
    [InlineData("RolloutNotCompleted", EventReasons.NotCompleted)]
    [InlineData("RolloutCompleted", EventReasons.Completed)]
    [InlineData("RolloutStepCompleted", EventReasons.StepCompleted)]
    [InlineData("RolloutPaused", EventReasons.Paused)]
    [InlineData("RolloutResumed", EventReasons.Resumed)]
    [InlineData("RolloutAborted", EventReasons.Aborted)]
    [InlineData("SkipSteps", EventReasons.SkipSteps)]
    [InlineData("SwitchService", EventReasons.SwitchService)]
    [InlineData("TrafficWeightUpdated", EventReasons.TrafficWeightUpdated)]
    [InlineData("TrafficRoutingError", EventReasons.TrafficRoutingError)]
    [InlineData("WeightVerifyError", EventReasons.WeightVerifyError)]
    [InlineData("ExperimentCreated", EventReasons.ExperimentCreated)]
    [InlineData("ReconciliationError", EventReasons.ReconciliationError)]
    [InlineData("StepPluginTransition", EventReasons.StepPluginTransition)]
    [InlineData("RolloutDeleted", EventReasons.Deleted)]
    [InlineData("AnalysisRunTerminating", EventReasons.AnalysisRunTerminating)]
    [InlineData("ReplicaSetUpdateError", EventReasons.ReplicaSetUpdateError)]
    public void EventReasons_AreTheReferences(string expected, string reason) => Assert.Equal(expected, reason);
}
