using System.Text.Json;
using Bascule.Kube;
using Bascule.Kube.Cache;

namespace Bascule.Sandbox.Workloads;

/// <summary>Which keys to look at again when an object changed.</summary>
/// <param name="cache">Finds owners, selectors and Services.</param>
internal sealed class WorkloadTriggers(IObjectCache cache)
{
    /// <summary>Deployments to look at for a change of a ReplicaSet.</summary>
    public IEnumerable<ObjectKey> DeploymentsForSet(ObjectChange change) =>
        Owners(change, ResourceTypes.Deployments.Kind).Concat(change.New is { ControllerUid: null } orphan ? Selecting(ResourceTypes.Deployments, orphan) : []);

    /// <summary>Deployments to look at for a change of a pod: only Recreate waits for pods themselves to be gone.</summary>
    public IEnumerable<ObjectKey> DeploymentsForPod(ObjectChange change)
    {
        if (change.New is not null && change.New.Root.At("status").Text("phase") == change.Old?.Root.At("status").Text("phase"))
            yield break;
        foreach (var set in Owners(change, ResourceTypes.ReplicaSets.Kind))
        {
            if (cache.Get(ResourceTypes.ReplicaSets, set) is not { } owner || Controller(owner, ResourceTypes.Deployments.Kind) is not { } deployment)
                continue;
            if (cache.Get(ResourceTypes.Deployments, deployment)?.Root.At("spec", "strategy").Text("type") == "Recreate")
                yield return deployment;
        }
    }

    /// <summary>ReplicaSets to look at for a change of a pod.</summary>
    public IEnumerable<ObjectKey> SetsForPod(ObjectChange change) =>
        Owners(change, ResourceTypes.ReplicaSets.Kind).Concat(change.New is { ControllerUid: null } orphan ? Selecting(ResourceTypes.ReplicaSets, orphan) : []);

    /// <summary>Jobs to look at for a change of a pod.</summary>
    public static IEnumerable<ObjectKey> JobsForPod(ObjectChange change) => Owners(change, ResourceTypes.Jobs.Kind);

    /// <summary>Services to look at for a change of a pod: those that select it or did, if they can tell the difference.</summary>
    public IEnumerable<ObjectKey> ServicesForPod(ObjectChange change)
    {
        if (change is { Old: { } old, New: { } current } && SameToServices(old, current))
            return [];
        return cache.List(ResourceTypes.Services, change.Current.Namespace)
            .Where(s => ServiceBackends.IsManaged(s) && (Selects(s, change.Old) || Selects(s, change.New)))
            .Select(s => s.Key);
    }

    /// <summary>The Service of a slice.</summary>
    public static IEnumerable<ObjectKey> ServiceForSlice(ObjectChange change) =>
        change.Current.Labels.TryGetValue(SlicePlanner.ServiceLabel, out var service) ? [new ObjectKey(change.Current.Namespace, service)] : [];

    private static bool SameToServices(KubeObject old, KubeObject current)
    {
        var (before, after) = (PodFacts.Of(old), PodFacts.Of(current));
        return before.Ip == after.Ip && before.IsReady == after.IsReady && before.IsTerminal == after.IsTerminal && before.IsTerminating == after.IsTerminating
            && old.Uid == current.Uid && old.Labels.Count == current.Labels.Count && old.Labels.All(l => current.Labels.GetValueOrDefault(l.Key) == l.Value);
    }

    private static bool Selects(KubeObject service, KubeObject? pod) =>
        pod is not null && service.Root.At("spec").TextMap("selector").All(s => pod.Labels.TryGetValue(s.Key, out var value) && value == s.Value);

    private IEnumerable<ObjectKey> Selecting(ResourceType type, KubeObject orphan) =>
        cache.List(type, orphan.Namespace)
            .Where(o => LabelSelection.From(o.Root.At("spec", "selector")) is { IsEmpty: false } selector && selector.Matches(orphan.Labels))
            .Select(o => o.Key);

    private static IEnumerable<ObjectKey> Owners(ObjectChange change, string kind)
    {
        var (before, after) = (Controller(change.Old, kind), Controller(change.New, kind));
        if (before is { } old && before != after)
            yield return old;
        if (after is { } current)
            yield return current;
    }

    /// <summary>The controller of an object by name, if it is of this kind; null when it has another or none.</summary>
    public static ObjectKey? Controller(KubeObject? dependent, string kind)
    {
        var owner = dependent?.Root.At("metadata").Items("ownerReferences").FirstOrDefault(r => r.IsTrue("controller") && r.Text("kind") == kind) ?? default;
        return owner.ValueKind == JsonValueKind.Object ? new ObjectKey(dependent!.Namespace, owner.Text("name") ?? "") : null;
    }
}
