namespace Bascule.Engine.Experiments.Effects;

/// <summary>One method per effect, so that a new effect finds everybody who must learn it.</summary>
/// <typeparam name="T">What carrying out or describing an effect gives.</typeparam>
public interface IExperimentEffectCases<out T>
{
    /// <summary>Read an object past the cache.</summary>
    T LookPastCache(LookPastCache effect);

    /// <summary>Create a ReplicaSet.</summary>
    T CreateReplicaSet(CreateExperimentReplicaSet effect);

    /// <summary>Scale a ReplicaSet.</summary>
    T ScaleReplicaSet(ScaleExperimentReplicaSet effect);

    /// <summary>Note how long a ReplicaSet keeps its pods.</summary>
    T DelayScaleDown(DelayScaleDown effect);

    /// <summary>Create a Service.</summary>
    T CreateService(CreateExperimentService effect);

    /// <summary>Delete a Service.</summary>
    T DeleteService(DeleteExperimentService effect);

    /// <summary>Start an analysis.</summary>
    T StartRun(StartExperimentRun effect);

    /// <summary>End an analysis early.</summary>
    T EndRun(EndExperimentRun effect);

    /// <summary>Change the Experiment's status.</summary>
    T PatchStatus(PatchExperimentStatus effect);

    /// <summary>Tell users by a Kubernetes Event.</summary>
    T EmitEvent(EmitExperimentEvent effect);
}
