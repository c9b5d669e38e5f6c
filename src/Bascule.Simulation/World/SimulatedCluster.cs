using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Controller;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Storage;
using Bascule.Simulation.Invariants;
using Bascule.Simulation.Scenarios;
using Bascule.Simulation.Time;

namespace Bascule.Simulation.World;

/// <summary>
/// The cluster of one run: the sandbox's own API server and store, with pods, users and metrics that follow the seed.
/// Nothing fails here; faults are between it and the controller.
/// </summary>
public sealed class SimulatedCluster
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ObjectKey s_rollout = new(CanaryScenario.Namespace, CanaryScenario.Name);
    private static readonly StorageKey s_rollouts = StorageKey.Of(ArgoResources.Rollouts);
    private static readonly StorageKey s_replicaSets = StorageKey.Of(ResourceTypes.ReplicaSets);

    private readonly CanaryScenario _scenario;
    private readonly ScriptedReplicaSets _replicaSets;
    private long _seenByPods;

    /// <summary>Makes an empty cluster and draws what will happen in it.</summary>
    public SimulatedCluster(Random random)
    {
        Time = new VirtualTime(s_start);
        Store = new Store();
        Client = new DirectClient(new ApiServer(Store, Time, random), "simulation");
        _scenario = new CanaryScenario(random);
        _replicaSets = new ScriptedReplicaSets(Client, Time, random);
        Users = new UserActions(Client, ArgoResources.Rollouts, _scenario, random);
        Metrics = new ScriptedMetrics(random);
    }

    /// <summary>The only clock there is.</summary>
    public VirtualTime Time { get; }

    /// <summary>What the API server keeps.</summary>
    public Store Store { get; }

    /// <summary>The API, without faults.</summary>
    public IKubeClient Client { get; }

    /// <summary>The people.</summary>
    public UserActions Users { get; }

    /// <summary>What measurements answer.</summary>
    public ScriptedMetrics Metrics { get; }

    /// <summary>How long until some pod changes by itself; null when none will.</summary>
    public TimeSpan? NextPodChangeIn => _replicaSets.NextChange - Time.GetUtcNow();

    /// <summary>Installs the custom resources and applies the scenario's objects.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await DefineAsync(ArgoResources.Rollouts, hasStatus: true, cancellationToken);
        await DefineAsync(ArgoResources.AnalysisRuns, hasStatus: false, cancellationToken);
        await DefineAsync(ArgoResources.AnalysisTemplates, hasStatus: false, cancellationToken);
        await DefineAsync(ArgoResources.ClusterAnalysisTemplates, hasStatus: false, cancellationToken);
        await Client.CreateAsync(ArgoResources.AnalysisTemplates, CanaryScenario.Namespace, CanaryScenario.AnalysisTemplate(), cancellationToken);
        await Client.CreateAsync(ArgoResources.Rollouts, CanaryScenario.Namespace, _scenario.Rollout(), cancellationToken);
    }

    /// <summary>Lets the ReplicaSets catch up; true when a status changed.</summary>
    public async Task<bool> StepPodsAsync(CancellationToken cancellationToken)
    {
        // Most moves concern neither ReplicaSets nor pods: look only when something was written or a pod is due.
        if (Store.Current.Version == _seenByPods && NextPodChangeIn is not { Ticks: <= 0 })
            return false;
        var moved = false;
        var all = Store.Current.Read(s_replicaSets).Select(r => r.ToKubeObject()).ToList();
        _replicaSets.Keep(all.Select(r => r.Uid));
        foreach (var replicaSet in all)
            moved |= await _replicaSets.StepAsync(replicaSet, cancellationToken);
        _seenByPods = Store.Current.Version;
        return moved;
    }

    /// <summary>What the invariants judge.</summary>
    /// <param name="known">Looks a ReplicaSet up in the controller's cache.</param>
    public WorldView View(Func<ObjectKey, KubeObject?> known) =>
        WorldView.Of(Rollout(), Store.Current.Read(s_replicaSets).Select(r => r.ToKubeObject()), known);

    /// <summary>The controller has written a status for the Rollout as it is now.</summary>
    public bool IsObserved()
    {
        var rollout = Rollout();
        return rollout.Root.TryGetProperty("status", out var status)
            && status.TryGetProperty("observedGeneration", out var observed)
            && observed.GetString() == rollout.Generation.ToString(CultureInfo.InvariantCulture);
    }

    private KubeObject Rollout() => Store.Get(s_rollouts, s_rollout)?.ToKubeObject() ?? throw new InvalidOperationException("the Rollout of the simulation is gone");

    // The whole schemas are proved elsewhere; here they would only cost time.
    private Task<KubeObject> DefineAsync(ResourceType type, bool hasStatus, CancellationToken cancellationToken)
    {
        var version = new JsonObject
        {
            ["name"] = type.Version,
            ["served"] = true,
            ["storage"] = true,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true } },
        };
        if (hasStatus)
            version["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        return Client.CreateAsync(ResourceTypes.CustomResourceDefinitions, null, new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{type.Plural}.{type.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = type.Group,
                ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
                ["names"] = new JsonObject { ["plural"] = type.Plural, ["singular"] = type.Kind.ToLowerInvariant(), ["kind"] = type.Kind, ["listKind"] = type.Kind + "List" },
                ["versions"] = new JsonArray(version),
            },
        }, cancellationToken);
    }
}
