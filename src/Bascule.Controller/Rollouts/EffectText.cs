using Bascule.Engine.Rollouts.Effects;

namespace Bascule.Controller.Rollouts;

/// <summary>Says in a few words what an effect does; null for what is already said elsewhere.</summary>
internal sealed class EffectText : IEffectCases<string?>
{
    private EffectText()
    {
    }

    /// <summary>The one instance.</summary>
    public static EffectText Instance { get; } = new();

    public string? CreateReplicaSet(CreateReplicaSet effect) => $"create ReplicaSet {effect.Name}";

    public string? ScaleReplicaSet(ScaleReplicaSet effect) => $"scale ReplicaSet {effect.Name} from {effect.From} to {effect.To}";

    public string? PatchReplicaSet(PatchReplicaSet effect) => $"update ReplicaSet {effect.Name}";

    public string? AdoptReplicaSet(AdoptReplicaSet effect) => $"adopt ReplicaSet {effect.Name}";

    public string? ReleaseReplicaSet(ReleaseReplicaSet effect) => $"release ReplicaSet {effect.Name}";

    public string? DeleteReplicaSet(DeleteReplicaSet effect) => $"delete ReplicaSet {effect.Name}";

    public string? PatchPods(PatchPods effect) => $"update the metadata of {effect.Pods.Length} pods";

    public string? EvictPods(EvictPods effect) => $"evict {effect.Most} of {effect.Pods.Length} pods";

    public string? ScaleWorkload(ScaleWorkload effect) => $"scale Deployment {effect.Name} from {effect.From} to {effect.To}";

    public string? PatchRollout(PatchRollout effect) => "update the Rollout";

    public string? PatchRolloutStatus(PatchRolloutStatus effect) => "record the status";

    public string? SwitchService(SwitchService effect) => $"switch Service {effect.Name} to {effect.ToHash}";

    public string? SetTraffic(SetTraffic effect) => $"send {effect.Plan.Canary.Weight} of {effect.Plan.FullWeight} to the canary";

    public string? CreateAnalysisRun(CreateAnalysisRun effect) => $"start AnalysisRun {effect.Name}";

    public string? TerminateAnalysisRun(TerminateAnalysisRun effect) => $"end AnalysisRun {effect.Name}";

    public string? DeleteAnalysisRun(DeleteAnalysisRun effect) => $"delete AnalysisRun {effect.Name}";

    public string? CreateExperiment(CreateExperiment effect) => $"start Experiment {effect.Name}";

    public string? TerminateExperiment(TerminateExperiment effect) => $"end Experiment {effect.Name}";

    public string? DeleteExperiment(DeleteExperiment effect) => $"delete Experiment {effect.Name}";

    public string? EmitEvent(EmitEvent effect) => null;
}
