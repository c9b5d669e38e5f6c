using Bascule.Api.Analysis;
using Bascule.Api.Json;
using Bascule.Controller.Rollouts;
using Bascule.Kube;
using Bascule.Kube.Cache;

namespace Bascule.Controller.Hosting;

/// <summary>Says which Rollouts a change of any object concerns (RT-22).</summary>
/// <param name="cache">Where to look up what surrounds the object.</param>
/// <param name="instanceId">The controller's instance id; null for none.</param>
public sealed class RolloutWakeUps(IObjectCache cache, string? instanceId)
{
    private readonly RolloutReferences _references = new();

    /// <summary>The Services that are named by Rollouts.</summary>
    public RolloutReferences References => _references;

    /// <summary>The Rollouts to look at; may name one that does not exist any more.</summary>
    public IReadOnlyCollection<ObjectKey> For(ObjectChange change)
    {
        if (change.Type == ArgoResources.Rollouts)
            return ForRollout(change);
        if (change.Type == ResourceTypes.ReplicaSets)
            return ForReplicaSet(change);
        if (change.Type == ArgoResources.AnalysisRuns)
            return ForAnalysisRun(change);
        if (change.Type == ArgoResources.Experiments)
            return [.. Sides(change).Select(ControllerOf.Rollout).OfType<ObjectKey>().Distinct()];
        if (change.Type == ResourceTypes.Services)
            return _references.ReadersOf(change.Key);
        if (change.Type == ArgoResources.AnalysisTemplates || change.Type == ArgoResources.ClusterAnalysisTemplates)
            return ForTemplate(change);
        return [];
    }

    private ObjectKey[] ForRollout(ObjectChange change)
    {
        _references.Set(change.Key, change.New);
        return change.New is { } current && Instances.IsOurs(current, instanceId) ? [change.Key] : [];
    }

    private HashSet<ObjectKey> ForReplicaSet(ObjectChange change)
    {
        var woken = new HashSet<ObjectKey>();
        foreach (var replicaSet in Sides(change))
        {
            if (ControllerOf.Rollout(replicaSet) is { } owner)
                woken.Add(owner);
            else if (replicaSet.ControllerUid is null)
                woken.UnionWith(Adopters(replicaSet));
        }

        return woken;
    }

    /// <summary>Only a change of phase matters to the Rollout: measurements come and go much more often (AR-11).</summary>
    private static HashSet<ObjectKey> ForAnalysisRun(ObjectChange change) =>
        change is { Old: { } old, New: { } current } && Phase(old) == Phase(current)
            ? []
            : [.. Sides(change).Select(ControllerOf.Rollout).OfType<ObjectKey>()];

    /// <summary>Includes the Rollouts that name a template which did not exist until now.</summary>
    private List<ObjectKey> ForTemplate(ObjectChange change)
    {
        var clusterScope = change.Type == ArgoResources.ClusterAnalysisTemplates;
        var reference = new AnalysisTemplateReference(change.Key.Name, clusterScope);
        return
        [
            .. from key in _references.WithAnalysis(change.Key.Namespace)
               let rollout = cache.Get(ArgoResources.Rollouts, key)
               where rollout is not null
               where new TemplateClosure(cache, key.Namespace).Of(rollout.AsRollout()).Any(t => t.Reference == reference)
               select key,
        ];
    }

    private IEnumerable<ObjectKey> Adopters(KubeObject orphan) =>
        from rollout in cache.List(ArgoResources.Rollouts, orphan.Namespace)
        where rollout.AsRollout().Spec.Selector?.Matches(orphan.Labels) == true
        select rollout.Key;

    private static IEnumerable<KubeObject> Sides(ObjectChange change) => new[] { change.Old, change.New }.OfType<KubeObject>();

    private static string Phase(KubeObject run) => run.Root.Member("status").Text("phase") ?? "";
}
