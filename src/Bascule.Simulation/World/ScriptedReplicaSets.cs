using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube;

namespace Bascule.Simulation.World;

/// <summary>
/// Plays the ReplicaSet controller and the kubelets: pods appear and vanish as ReplicaSets ask, become ready as their
/// version's behaviour says, and the ReplicaSets' status tells.
/// </summary>
/// <param name="client">The API, without faults: this is the world, not the program under test.</param>
/// <param name="time">Virtual time.</param>
/// <param name="random">How long things take.</param>
public sealed class ScriptedReplicaSets(IKubeClient client, TimeProvider time, Random random)
{
    private readonly Dictionary<string, List<Pod>> _pods = [];

    /// <summary>The next time at which some pod changes by itself; null when none will.</summary>
    public DateTimeOffset? NextChange => _pods.Values.SelectMany(p => p).Min(p => p.ChangesAt);

    /// <summary>Pods of a ReplicaSet that are available at this moment, whatever its status says.</summary>
    public int Available(string uid) => _pods.TryGetValue(uid, out var pods) ? pods.Count(p => p.Ready) : 0;

    /// <summary>Lets one ReplicaSet catch up with what it is asked for and with its pods.</summary>
    /// <returns>True when its status changed.</returns>
    public async Task<bool> StepAsync(KubeObject replicaSet, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var behaviour = BehaviourOf(replicaSet);
        if (!_pods.TryGetValue(replicaSet.Uid, out var pods))
            _pods[replicaSet.Uid] = pods = [];
        foreach (var pod in pods.Where(p => p.ChangesAt <= now))
            Change(pod, behaviour, now);

        var wanted = replicaSet.Root.GetProperty("spec").TryGetProperty("replicas", out var replicas) ? replicas.GetInt32() : 1;
        while (pods.Count < wanted)
            pods.Add(new Pod { ChangesAt = FirstReady(behaviour, now) });
        while (pods.Count > wanted)
            pods.Remove(pods.Find(p => !p.Ready) ?? pods[^1]);
        return await WriteStatusAsync(replicaSet, pods, cancellationToken);
    }

    /// <summary>Forgets the pods of ReplicaSets that are gone.</summary>
    public void Keep(IEnumerable<string> uids)
    {
        foreach (var gone in _pods.Keys.Except(uids).ToList())
            _pods.Remove(gone);
    }

    private static PodBehaviour BehaviourOf(KubeObject replicaSet)
    {
        var image = replicaSet.Root.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("containers")[0].GetProperty("image").GetString()!;
        return Enum.Parse<PodBehaviour>(image[(image.LastIndexOf('-') + 1)..], ignoreCase: true);
    }

    private void Change(Pod pod, PodBehaviour behaviour, DateTimeOffset now)
    {
        pod.Ready = !pod.Ready;
        pod.ChangesAt = behaviour == PodBehaviour.Flaky ? now + Seconds(pod.Ready ? 60 : 1, pod.Ready ? 600 : 20) : null;
    }

    private DateTimeOffset? FirstReady(PodBehaviour behaviour, DateTimeOffset now) => behaviour switch
    {
        PodBehaviour.Good or PodBehaviour.Flaky => now + Seconds(1, 8),
        PodBehaviour.Slow => now + Seconds(30, 300),
        PodBehaviour.Broken => null,
    };

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

    private async Task<bool> WriteStatusAsync(KubeObject replicaSet, List<Pod> pods, CancellationToken cancellationToken)
    {
        var ready = pods.Count(p => p.Ready);
        var status = new JsonObject
        {
            ["replicas"] = (long)pods.Count,
            ["fullyLabeledReplicas"] = (long)pods.Count,
            ["readyReplicas"] = (long)ready,
            ["availableReplicas"] = (long)ready,
            ["observedGeneration"] = replicaSet.Generation,
        };
        if (replicaSet.Root.TryGetProperty("status", out var before) && status.All(field => Same(before, field.Key, field.Value!)))
            return false;
        await client.PatchAsync(ResourceTypes.ReplicaSets, replicaSet.Key, Patch.Merge(new JsonObject { ["status"] = status }), "status", cancellationToken);
        return true;
    }

    private static bool Same(JsonElement status, string field, JsonNode value) =>
        status.TryGetProperty(field, out var old) && old.GetInt64() == value.GetValue<long>();

    private sealed class Pod
    {
        public bool Ready { get; set; }

        public DateTimeOffset? ChangesAt { get; set; }
    }
}
