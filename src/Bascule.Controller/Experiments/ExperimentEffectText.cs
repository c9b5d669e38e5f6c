using Bascule.Engine.Experiments.Effects;

namespace Bascule.Controller.Experiments;

/// <summary>Says in a few words what an effect does; null for what is already said elsewhere.</summary>
internal sealed class ExperimentEffectText : IExperimentEffectCases<string?>
{
    private ExperimentEffectText()
    {
    }

    /// <summary>The one instance.</summary>
    public static ExperimentEffectText Instance { get; } = new();

    public string? LookPastCache(LookPastCache effect) => $"look for {effect.What.Kind} {effect.What.Name}";

    public string? CreateReplicaSet(CreateExperimentReplicaSet effect) => $"create ReplicaSet {effect.Name}";

    public string? ScaleReplicaSet(ScaleExperimentReplicaSet effect) => $"scale ReplicaSet {effect.Name} from {effect.From} to {effect.To}";

    public string? DelayScaleDown(DelayScaleDown effect) => $"keep ReplicaSet {effect.Name} until {effect.Until:O}";

    public string? CreateService(CreateExperimentService effect) => $"create Service {effect.Name}";

    public string? DeleteService(DeleteExperimentService effect) => $"delete Service {effect.Name}";

    public string? StartRun(StartExperimentRun effect) => $"start AnalysisRun {effect.Name}";

    public string? EndRun(EndExperimentRun effect) => $"end AnalysisRun {effect.Name}";

    public string? PatchStatus(PatchExperimentStatus effect) => "record the status";

    public string? EmitEvent(EmitExperimentEvent effect) => null;
}
