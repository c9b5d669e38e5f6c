using System.Collections.Immutable;
using System.Globalization;
using Bascule.Controller;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Simulation.Server;

namespace Bascule.Simulation.Invariants;

/// <summary>What the invariants judge: the Rollout and what it drives, as it stands on the server.</summary>
/// <param name="Rollout">The Rollout.</param>
/// <param name="ReplicaSets">The ReplicaSets of the Rollout, and those that nobody owns.</param>
/// <param name="Services">The version that each Service leads to, by its name; empty for all pods.</param>
/// <param name="Traffic">How the routes share out the traffic; null while there are none.</param>
/// <param name="Workload">The Deployment that the Rollout refers to; null for none.</param>
public sealed record WorldView(
    RolloutFacts Rollout, ImmutableArray<ReplicaSetTruth> ReplicaSets, ImmutableArray<(string Name, string Hash)> Services, TrafficPlan? Traffic, WorkloadFacts? Workload)
{
    /// <summary>All pods that are asked for.</summary>
    public int Wanted
    {
        get
        {
            var sum = 0;
            foreach (var replicaSet in ReplicaSets)
                sum += replicaSet.Wanted;
            return sum;
        }
    }

    /// <summary>All pods that serve now and are meant to stay.</summary>
    public int Serving
    {
        get
        {
            var sum = 0;
            foreach (var replicaSet in ReplicaSets)
                sum += replicaSet.Serving;
            return sum;
        }
    }

    /// <summary>The ReplicaSet of a version; null when there is none.</summary>
    public ReplicaSetTruth? Of(string hash)
    {
        foreach (var replicaSet in ReplicaSets)
        {
            if (replicaSet.Hash == hash)
                return replicaSet;
        }

        return null;
    }

    /// <summary>The weight that routes give to a version; 0 without routes.</summary>
    public int WeightOf(string hash)
    {
        if (Traffic is null)
            return 0;
        var sum = 0;
        foreach (var one in Traffic.Additional)
            sum += one.PodTemplateHash == hash ? one.Weight : 0;
        sum += Traffic.Canary.PodTemplateHash == hash ? Traffic.Canary.Weight : 0;
        return sum + (Traffic.Stable.PodTemplateHash == hash ? Traffic.Stable.Weight : 0);
    }

    /// <summary>The version that a Service leads to; empty when it leads to all pods or does not exist.</summary>
    public string ServiceLeadsTo(string name)
    {
        foreach (var service in Services)
        {
            if (service.Name == name)
                return service.Hash;
        }

        return "";
    }

    /// <summary>Looks at a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="rollout">The Rollout to look at.</param>
    /// <param name="known">The cache of the controller that is judged by what it could know.</param>
    /// <param name="traffic">How the routes stand.</param>
    /// <param name="undo">A write to look behind; null for the present.</param>
    /// <returns>Null when there is no such Rollout.</returns>
    public static WorldView? Of(SimulatedServer server, ObjectKey rollout, IObjectCache known, TrafficPlan? traffic, ServerWrite? undo)
    {
        var found = undo is not null && undo.Type == ArgoResources.Rollouts && undo.Key == rollout ? undo.Before : server.Find(ArgoResources.Rollouts, rollout);
        if (found is null)
            return null;
        var replicaSets = ImmutableArray.CreateBuilder<ReplicaSetTruth>();
        foreach (var stored in Objects(server, ResourceTypes.ReplicaSets, undo))
        {
            // What an earlier Rollout of this name owned waits for the garbage collector.
            if (stored.ControllerUid is not { } owner || owner == found.Uid)
                replicaSets.Add(ReplicaSetTruth.Of(stored, known.Get(ResourceTypes.ReplicaSets, stored.Key)));
        }

        var services = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var stored in Objects(server, ResourceTypes.Services, undo))
            services.Add((stored.Name, stored.As(ServiceFacts.Read).Hash));
        var facts = Judged(found, known).As(RolloutFacts.Read);
        return new WorldView(facts, replicaSets.ToImmutable(), services.ToImmutable(), traffic, WorkloadOf(server, facts, rollout.Namespace, undo));
    }

    /// <summary>What the controller had before it when it wrote, in one line.</summary>
    public override string ToString()
    {
        var r = Rollout;
        var replicaSets = string.Join(", ", ReplicaSets.Select(x => $"{x.Hash}: {x.KnownAvailable}/{x.Wanted}"));
        var services = string.Join(", ", Services.Select(s => $"{s.Name}->{s.Hash}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"R={r.Replicas} S={r.Surge} U={r.Unavailable} {r.Phase} ({r.Message}) step {r.StepIndex}/{r.Steps} stable={r.StableHash} current={r.CurrentHash} abort={r.Aborted} full={r.PromoteFull} [{replicaSets}] [{services}]{Shares()}{Left()}");
    }

    /// <summary>What a user wants only since a moment ago cannot be known yet: then what counts is what was wanted before.</summary>
    private static KubeObject Judged(KubeObject found, IObjectCache known) =>
        known.Get(ArgoResources.Rollouts, found.Key) is { } seen && seen.Uid == found.Uid && seen.Generation < found.Generation ? seen : found;

    private string Left() => Workload is null ? "" : string.Create(CultureInfo.InvariantCulture, $" [Deployment: {Workload.Wanted}, {Rollout.ScaleDown}]");

    private static WorkloadFacts? WorkloadOf(SimulatedServer server, RolloutFacts facts, string? @namespace, ServerWrite? undo)
    {
        if (facts.Workload.Length == 0)
            return null;
        var key = new ObjectKey(@namespace, facts.Workload);
        var found = undo is not null && undo.Type == ResourceTypes.Deployments && undo.Key == key ? undo.Before : server.Find(ResourceTypes.Deployments, key);
        return found?.As(WorkloadFacts.Read);
    }

    private string Shares() => Traffic is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" [{Traffic.Canary.PodTemplateHash} gets {Traffic.Canary.Weight}, {Traffic.Stable.PodTemplateHash} gets {Traffic.Stable.Weight} of {Traffic.FullWeight}]");

    private static IEnumerable<KubeObject> Objects(SimulatedServer server, ResourceType type, ServerWrite? undo)
    {
        var all = server.All(type);
        if (undo is null || undo.Type != type)
            return all;
        var before = all.Where(o => o.Key != undo.Key);
        return undo.Before is { } old ? before.Append(old) : before;
    }
}
