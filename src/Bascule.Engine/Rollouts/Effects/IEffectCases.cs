namespace Bascule.Engine.Rollouts.Effects;

/// <summary>One method per effect, so that a new effect finds everybody who must learn it.</summary>
/// <typeparam name="T">What carrying out or describing an effect gives.</typeparam>
public interface IEffectCases<out T>
{
    /// <summary>Create a ReplicaSet.</summary>
    T CreateReplicaSet(CreateReplicaSet effect);

    /// <summary>Scale a ReplicaSet.</summary>
    T ScaleReplicaSet(ScaleReplicaSet effect);

    /// <summary>Change what we own of a ReplicaSet, apart from its size.</summary>
    T PatchReplicaSet(PatchReplicaSet effect);

    /// <summary>Become the controller of a ReplicaSet that has none.</summary>
    T AdoptReplicaSet(AdoptReplicaSet effect);

    /// <summary>Give up the control of a ReplicaSet.</summary>
    T ReleaseReplicaSet(ReleaseReplicaSet effect);

    /// <summary>Delete a ReplicaSet.</summary>
    T DeleteReplicaSet(DeleteReplicaSet effect);

    /// <summary>Change labels and annotations of pods.</summary>
    T PatchPods(PatchPods effect);

    /// <summary>Ask for pods to be replaced.</summary>
    T EvictPods(EvictPods effect);

    /// <summary>Scale the Deployment that the Rollout takes the place of.</summary>
    T ScaleWorkload(ScaleWorkload effect);

    /// <summary>Change the Rollout's metadata or spec default.</summary>
    T PatchRollout(PatchRollout effect);

    /// <summary>Change the Rollout's status.</summary>
    T PatchRolloutStatus(PatchRolloutStatus effect);

    /// <summary>Point a Service at a version.</summary>
    T SwitchService(SwitchService effect);

    /// <summary>Share out the traffic.</summary>
    T SetTraffic(SetTraffic effect);

    /// <summary>Start an analysis.</summary>
    T CreateAnalysisRun(CreateAnalysisRun effect);

    /// <summary>End an analysis early.</summary>
    T TerminateAnalysisRun(TerminateAnalysisRun effect);

    /// <summary>Delete an AnalysisRun.</summary>
    T DeleteAnalysisRun(DeleteAnalysisRun effect);

    /// <summary>Start an Experiment.</summary>
    T CreateExperiment(CreateExperiment effect);

    /// <summary>End an Experiment early.</summary>
    T TerminateExperiment(TerminateExperiment effect);

    /// <summary>Delete an Experiment.</summary>
    T DeleteExperiment(DeleteExperiment effect);

    /// <summary>Tell users by a Kubernetes Event.</summary>
    T EmitEvent(EmitEvent effect);
}
