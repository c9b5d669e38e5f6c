using Bascule.Api;
using Bascule.Api.Analysis;
using Bascule.Engine.Experiments.Effects;
using Bascule.Engine.Rollouts;

namespace Bascule.Engine.Experiments;

/// <summary>Ends AnalysisRuns that an Experiment does not need any more (EX-20).</summary>
internal static class ExperimentRuns
{
    /// <summary>The run is under way and nobody has asked it to end.</summary>
    public static bool CanEnd(AnalysisRunView run) => !run.Terminating && !run.Phase.IsCompleted() && run.Meta.DeletionTimestamp is null;

    /// <summary>Asks a run to end.</summary>
    /// <param name="run">The run.</param>
    /// <param name="analysis">Its analysis, as the event calls it.</param>
    public static IEnumerable<ExperimentEffect> End(AnalysisRunView run, string analysis) =>
    [
        new EndExperimentRun(run.Name, Patches.Terminate),
        new EmitExperimentEvent(false, EventReasons.AnalysisRunTerminating, $"Terminating {analysis} ({run.Name})"),
    ];

    /// <summary>
    /// The runs of the Experiment that no entry of the status names: left over from a spec that was changed, or from a
    /// pass that was cut off. The reference lets them run on.
    /// </summary>
    public static IEnumerable<AnalysisRunView> Unnamed(ExperimentObservation seen, IEnumerable<string> named) =>
        seen.AnalysisRuns.Where(r => r.Meta.ControllerUid == seen.Experiment.Meta.Uid).ExceptBy(named, r => r.Name).Where(CanEnd);
}
