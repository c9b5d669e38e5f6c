using System.Globalization;
using System.Text.Json;
using Bascule.Api.Json;
using Bascule.Kube;
using Bascule.Simulation.Server;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>
/// Plays the ReplicaSet controller and the kubelets: pods appear and vanish as ReplicaSets ask, become ready as their
/// version's behaviour says, and the ReplicaSets' status tells.
/// </summary>
/// <param name="server">The API, without faults: this is the world, not the program under test.</param>
/// <param name="time">Virtual time.</param>
/// <param name="random">How long things take.</param>
public sealed class ScriptedPods(SimulatedServer server, VirtualTime time, Random random)
{
    private const int Nodes = 3;

    private readonly Dictionary<string, List<ScriptedPod>> _pods = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private long _seen = -1;
    private long _made;
    private bool _disturbed;
    private TimeSpan? _nextChange;

    /// <summary>How long until some pod changes by itself; null when none will.</summary>
    public TimeSpan? NextChangeIn => _nextChange - time.Elapsed;

    /// <summary>Lets the ReplicaSets catch up with what they are asked for and with their pods; true when a status changed.</summary>
    public bool Step()
    {
        // Most moves concern neither ReplicaSets nor pods: look only when something was written or a pod is due.
        var now = time.Elapsed;
        if (server.Version == _seen && !_disturbed && !(_nextChange <= now))
            return false;
        _disturbed = false;
        var before = server.Version;
        var all = server.All(ResourceTypes.ReplicaSets).ToArray();
        Forget(all);
        _nextChange = null;
        foreach (var replicaSet in all)
            Step(replicaSet, now);
        _seen = server.Version;
        return _seen != before;
    }

    /// <summary>All pods there are, with their ReplicaSets.</summary>
    internal IEnumerable<(KubeObject ReplicaSet, ScriptedPod Pod)> All =>
        from replicaSet in server.All(ResourceTypes.ReplicaSets).ToArray()
        where _pods.ContainsKey(replicaSet.Uid)
        from pod in _pods[replicaSet.Uid].ToArray()
        select (replicaSet, pod);

    /// <summary>How many pods were made before an instant.</summary>
    public int OlderThan(DateTimeOffset instant) => All.Count(p => p.Pod.Created < instant);

    /// <summary>Takes a pod away; its ReplicaSet makes another.</summary>
    internal void Remove(KubeObject replicaSet, ScriptedPod pod)
    {
        _pods[replicaSet.Uid].Remove(pod);
        _disturbed = true;
    }

    /// <summary>Some pod is evicted and made anew.</summary>
    public void Evict()
    {
        if (PickOne() is not var (pods, pod))
            return;
        pods.Remove(pod);
        _disturbed = true;
    }

    /// <summary>Some container crashes: its pod is not ready for a while.</summary>
    public void Crash()
    {
        if (PickOne() is not var (_, pod) || pod.ReadySince is null)
            return;
        pod.ReadySince = null;
        pod.ChangesAt = time.Elapsed + Seconds(1, 60);
        _disturbed = true;
    }

    /// <summary>A node is lost, and with it every pod that runs there.</summary>
    public void LoseNode()
    {
        var node = random.Next(Nodes);
        foreach (var uid in _order)
            _pods[uid].RemoveAll(p => p.Node == node);
        _disturbed = true;
    }

    private (List<ScriptedPod> Pods, ScriptedPod Pod)? PickOne()
    {
        var count = _order.Sum(uid => _pods[uid].Count);
        if (count == 0)
            return null;
        var index = random.Next(count);
        foreach (var uid in _order)
        {
            var pods = _pods[uid];
            if (index < pods.Count)
                return (pods, pods[index]);
            index -= pods.Count;
        }

        return null;
    }

    private void Forget(KubeObject[] all)
    {
        for (var i = _order.Count - 1; i >= 0; i--)
        {
            if (Array.Exists(all, r => r.Uid == _order[i]))
                continue;
            _pods.Remove(_order[i]);
            _order.RemoveAt(i);
        }
    }

    private void Step(KubeObject replicaSet, TimeSpan now)
    {
        var script = replicaSet.As(ReplicaSetScript.Read);
        if (!_pods.TryGetValue(replicaSet.Uid, out var pods))
        {
            _pods[replicaSet.Uid] = pods = [];
            _order.Add(replicaSet.Uid);
        }

        for (var i = pods.Count - 1; i >= 0; i--)
        {
            if (pods[i].ChangesAt <= now && !Change(pods[i], script.Behaviour, now))
                pods.RemoveAt(i);
        }

        while (pods.Count < script.Wanted)
            pods.Add(new ScriptedPod { Number = ++_made, Created = time.GetUtcNow(), Metadata = script.PodMetadata, Node = random.Next(Nodes), ChangesAt = FirstReady(script.Behaviour, now) });
        while (pods.Count > script.Wanted)
            pods.Remove(pods.Find(p => p.ReadySince is null) ?? pods[^1]);
        foreach (var pod in pods)
        {
            if (pod.NextChange(now, script.MinReady) is { } next && !(_nextChange < next))
                _nextChange = next;
        }

        WriteStatus(replicaSet, pods, script, now);
    }

    /// <summary>False when the pod is gone.</summary>
    private bool Change(ScriptedPod pod, PodBehaviour behaviour, TimeSpan now)
    {
        var wasReady = pod.ReadySince is not null;
        if (wasReady && behaviour == PodBehaviour.Dying)
            return false;
        pod.ReadySince = wasReady ? null : now;
        pod.ChangesAt = behaviour switch
        {
            PodBehaviour.Flaky => now + (wasReady ? Seconds(1, 20) : Seconds(60, 600)),
            PodBehaviour.Dying => now + Seconds(5, 120),
            _ => null,
        };
        return true;
    }

    private TimeSpan? FirstReady(PodBehaviour behaviour, TimeSpan now) => behaviour switch
    {
        PodBehaviour.Good or PodBehaviour.Flaky or PodBehaviour.Dying => now + Seconds(1, 8),
        PodBehaviour.Slow => now + Seconds(30, 300),
        PodBehaviour.Broken => null,
    };

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

    private void WriteStatus(KubeObject replicaSet, List<ScriptedPod> pods, ReplicaSetScript script, TimeSpan now)
    {
        var (ready, available) = (0, 0);
        foreach (var pod in pods)
        {
            ready += pod.ReadySince is null ? 0 : 1;
            available += pod.IsAvailable(now, script.MinReady) ? 1 : 0;
        }

        var old = replicaSet.Root.Member("status");
        if (old.Int("replicas") == pods.Count && old.Int("readyReplicas") == ready && old.Int("availableReplicas") == available && old.Long("observedGeneration") == replicaSet.Generation)
            return;
        var status = JsonElement.Parse(string.Create(CultureInfo.InvariantCulture, $$"""
            {"status":{"replicas":{{pods.Count}},"fullyLabeledReplicas":{{pods.Count}},"readyReplicas":{{ready}},"availableReplicas":{{available}},"observedGeneration":{{replicaSet.Generation}} } }
            """));
        Completed.Result(server.PatchAsync(ResourceTypes.ReplicaSets, replicaSet.Key, Patch.MergeOf(status), "status", CancellationToken.None));
    }
}
