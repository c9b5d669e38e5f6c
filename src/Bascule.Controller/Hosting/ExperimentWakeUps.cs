using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;

namespace Bascule.Controller.Hosting;

/// <summary>
/// Says which Experiments a change of any object concerns (EX-15). A template that appears concerns none: without its
/// template an Experiment does not wait but ends (EX-14).
/// </summary>
/// <param name="instanceId">The controller's instance id; null for none.</param>
public sealed class ExperimentWakeUps(string? instanceId)
{
    /// <summary>The Experiment to look at; may name one that does not exist any more. Null when the change concerns none.</summary>
    public ObjectKey? For(ObjectChange change)
    {
        if (change.Type == ArgoResources.Experiments)
            return change.New is { } current && Instances.IsOurs(current, instanceId) ? change.Key : null;
        if (change.Type == ResourceTypes.ReplicaSets)
            return Counts(change.Old) == Counts(change.New) ? null : OwnerOf(change);
        if (change.Type == ArgoResources.AnalysisRuns)
            return HasEnded(change) ? OwnerOf(change) : null;
        // The reference does not watch these: a Service that somebody deletes is missed until something else happens.
        return change.Type == ResourceTypes.Services && change.New is null ? OwnerOf(change) : null;
    }

    /// <summary>A run that comes or goes concerns its Experiment as well as one that ends: the status may name it already.</summary>
    private static bool HasEnded(ObjectChange change) => change is not { Old: { } old, New: { } current } || (IsCompleted(current) && !IsCompleted(old));

    private static bool IsCompleted(KubeObject run) => AnalysisPhases.Parse(run.Root.Member("status").Text("phase")).IsCompleted();

    private static (int Wanted, int Current, int Ready, int Available)? Counts(KubeObject? replicaSet) =>
        replicaSet?.As(ReplicaSetView.Read) is { } view ? (view.Wanted, view.Current, view.Ready, view.Available) : null;

    private static ObjectKey? OwnerOf(ObjectChange change) => ControllerOf.Experiment(change.New ?? change.Old!);
}
