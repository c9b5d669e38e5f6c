using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Sandbox.Patching;
using Bascule.Simulation.Server;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>Shows scripted pods as the API does, for those who look at single pods: restarts, and what pods wear in their role.</summary>
/// <param name="pods">The pods.</param>
/// <param name="time">Virtual time.</param>
internal sealed class ScriptedPodEndpoint(ScriptedPods pods, VirtualTime time) : IPodEndpoint
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly List<(KubeObject ReplicaSet, ScriptedPod Pod, TimeSpan Until)> _leaving = [];

    /// <summary>Told of each pod that was sent away, once it is.</summary>
    public event Action? Evicted;

    /// <summary>Asked at each eviction: whether a disruption budget is in its way.</summary>
    public Func<bool> IsRefused { get; set; } = () => false;

    /// <inheritdoc/>
    public IEnumerable<KubeObject> List(IReadOnlySet<string> hashes)
    {
        _leaving.RemoveAll(l => l.Until <= time.Elapsed);
        return
        [
            .. pods.All.Where(p => Belongs(p.ReplicaSet)).Select(p => Show(p.ReplicaSet, p.Pod, isLeaving: false)),
            .. _leaving.Where(l => Belongs(l.ReplicaSet)).Select(l => Show(l.ReplicaSet, l.Pod, isLeaving: true)),
        ];

        bool Belongs(KubeObject replicaSet) => replicaSet.Labels.TryGetValue("rollouts-pod-template-hash", out var hash) && hashes.Contains(hash);
    }

    /// <inheritdoc/>
    public KubeException? Evict(string name, string uid)
    {
        if (Find(name) is not var (replicaSet, pod) || Uid(pod) != uid)
            return SimulatedServer.NotFound(ResourceTypes.Pods, new ObjectKey(SimulatedWorld.Namespace, name));
        if (IsRefused())
            return new KubeException(HttpStatusCode.TooManyRequests, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.");
        pods.Remove(replicaSet, pod);
        _leaving.Add((replicaSet, pod, time.Elapsed + s_grace));
        Evicted?.Invoke();
        return null;
    }

    /// <inheritdoc/>
    public KubeObject? Patch(string name, JsonElement metadata)
    {
        if (Find(name) is not var (replicaSet, pod))
            return null;
        var worn = JsonObject.Create(pod.Metadata)!;
        MergePatch.Apply(worn, JsonObject.Create(metadata)!);
        pod.Metadata = worn.ToElement();
        return Show(replicaSet, pod, isLeaving: false);
    }

    /// <summary>Pods of a ReplicaSet that are available by what the API tells of them, which counts in whole seconds.</summary>
    public int Available(KubeObject replicaSet)
    {
        var ready = replicaSet.As(ReplicaSetScript.Read).MinReady;
        return pods.All.Count(p => p.ReplicaSet.Uid == replicaSet.Uid && ReadySince(p.Pod) is { } since && since.AddTicks(-(since.Ticks % TimeSpan.TicksPerSecond)) + ready <= time.GetUtcNow());
    }

    private (KubeObject ReplicaSet, ScriptedPod Pod)? Find(string name)
    {
        foreach (var (replicaSet, pod) in pods.All)
        {
            if (Name(replicaSet, pod) == name)
                return (replicaSet, pod);
        }

        return null;
    }

    private DateTimeOffset? ReadySince(ScriptedPod pod) => time.GetUtcNow() - (time.Elapsed - pod.ReadySince);

    private JsonObject Metadata(KubeObject replicaSet, ScriptedPod pod, bool isLeaving)
    {
        var metadata = JsonObject.Create(pod.Metadata)!;
        metadata["name"] = Name(replicaSet, pod);
        metadata["namespace"] = replicaSet.Namespace;
        metadata["uid"] = Uid(pod);
        metadata["creationTimestamp"] = pod.Created.ToApiTime();
        metadata["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "ReplicaSet", ["name"] = replicaSet.Name, ["uid"] = replicaSet.Uid, ["controller"] = true });
        if (isLeaving)
            metadata["deletionTimestamp"] = time.GetUtcNow().ToApiTime();
        return metadata;
    }

    private KubeObject Show(KubeObject replicaSet, ScriptedPod pod, bool isLeaving)
    {
        var shown = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = Metadata(replicaSet, pod, isLeaving) };
        if (ReadySince(pod) is { } since)
        {
            var ready = new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = since.ToApiTime() };
            shown["status"] = new JsonObject { ["conditions"] = new JsonArray(ready) };
        }

        return KubeObject.From(shown.ToElement());
    }

    private static string Name(KubeObject replicaSet, ScriptedPod pod) => $"{replicaSet.Name}-{pod.Number}";

    private static string Uid(ScriptedPod pod) => $"pod-{pod.Number}";
}
