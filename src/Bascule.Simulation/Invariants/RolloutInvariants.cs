namespace Bascule.Simulation.Invariants;

/// <summary>The promises of the design, judged after every single write of the controller.</summary>
public static class RolloutInvariants
{
    private static readonly (string Promise, Func<WorldView, WorldView, bool> Holds)[] s_all =
    [
        ("capacity promised by maxUnavailable is kept", KeepsCapacity),
        ("no more pods than maxSurge allows", KeepsSurge),
        ("stableRS changes only at promotion, to a version that is available", PromotesOnlyWhatIsAvailable),
        ("the step index goes back only on abort, retry, a new template or new steps", StepsForward),
        ("no ReplicaSet loses its owner", HasNoOrphan),
        ("a Rollout that cannot run is left as it is", LeavesAloneWhatCannotRun),
        ("weights add up to the maximum", WeightsAddUp),
        ("no version without an available pod gets more traffic", TrafficGoesWherePodsAre),
        ("no version that gets traffic loses its last pod", PodsStayWhereTrafficGoes),
        ("no version loses pods that its share of the traffic asks for", KeepsPodsOfItsTraffic),
        ("the active Service moves only to a version with all its pods available", ActiveMovesToWhatIsAvailable),
        ("the version behind the active Service keeps its pods", ActiveKeepsItsPods),
        ("a Deployment loses pods only to pods that are ready in their place", WorkloadGoesAsItIsReplaced),
    ];

    /// <summary>The promise that a write broke; null when all hold.</summary>
    /// <param name="before">As it was just before the write.</param>
    /// <param name="after">As it is just after it.</param>
    public static string? Broken(WorldView before, WorldView after)
    {
        foreach (var (promise, holds) in s_all)
        {
            if (!holds(before, after))
                return promise;
        }

        return null;
    }

    /// <summary>
    /// Where routes or the active Service share out traffic, what they do not lead to is no capacity, nor is what goes beyond
    /// a version's share. A stable version that shrinks with its traffic leaves the rest to the canary, whatever size its
    /// steps give it.
    /// </summary>
    private static bool KeepsCapacity(WorldView before, WorldView after)
    {
        if (after.Rollout.IsDynamic || after.Serving >= after.Rollout.Replicas - after.Rollout.Unavailable || after.Serving >= before.Serving)
            return true;
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (IsReached(after, replicaSet.Hash) && !(after.Rollout.IsRouted && BearsItsShare(after, replicaSet, replicaSet.Serving)) && !IsSizedByItsSteps(after, replicaSet.Hash) && before.Of(replicaSet.Hash) is { } was && was.Serving > replicaSet.Serving)
                return false;
        }

        return true;
    }

    /// <summary>Only where pods share out the traffic: elsewhere both versions may be there as a whole.</summary>
    private static bool KeepsSurge(WorldView before, WorldView after) =>
        after.Rollout.IsRouted || after.Rollout.IsBlueGreen || after.Wanted <= before.Wanted || after.Wanted <= after.Rollout.Replicas + after.Rollout.Surge;

    private static bool PromotesOnlyWhatIsAvailable(WorldView before, WorldView after)
    {
        var (was, now) = (before.Rollout, after.Rollout);

        // The first version, and a stable version that does not exist: then there is nothing to fall back to.
        if (was.StableHash == now.StableHash || before.Of(was.StableHash) is null || IsUnused(before))
            return true;
        var promoted = after.Of(now.StableHash);
        if (now.IsBlueGreen)
            return now.StableHash == now.CurrentHash && !now.Aborted && before.ServiceLeadsTo(now.Services[0]) == now.StableHash;
        return promoted is not null
            && now.StableHash == now.CurrentHash
            && promoted.KnownAvailable >= Math.Min(now.Replicas, now.EnoughToProgress)
            && !now.Aborted
            && (now.StepIndex is null || now.StepIndex == now.Steps);
    }

    private static bool StepsForward(WorldView before, WorldView after)
    {
        var (was, now) = (before.Rollout, after.Rollout);
        return was.StepIndex is null
            || now.StepIndex is null
            || now.StepIndex >= was.StepIndex
            || now.Aborted
            || was.Aborted
            || was.StepIndex > was.Steps
            || was.CurrentHash != now.CurrentHash
            || was.StepHash != now.StepHash;
    }

    /// <summary>A step that sets a weight is over, and nobody wanted to get past it: then the weight is in force.</summary>
    public static bool HasLeftAWeight(WorldView before, WorldView after)
    {
        var (was, now) = (before.Rollout, after.Rollout);
        return was.StepIndex is { } left && left < now.StepIndex && left < was.SetsWeight.Length && was.SetsWeight[left]
            && was.CurrentHash == now.CurrentHash && was.StepHash == now.StepHash && !was.PromoteFull && !now.PromoteFull && !now.Aborted && now.IsRouted && before.Of(was.StableHash) is not null;
    }

    /// <summary>Those that a deletion left behind have none until they are taken over.</summary>
    private static bool HasNoOrphan(WorldView before, WorldView after)
    {
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (replicaSet.OwnerUid is null && before.Of(replicaSet.Hash) is not { OwnerUid: null })
                return false;
        }

        return true;
    }

    /// <summary>Only what is known to be wrong can be judged: the pass that finds it out writes its status first.</summary>
    private static bool LeavesAloneWhatCannotRun(WorldView before, WorldView after)
    {
        if (!before.Rollout.IsInvalid || !after.Rollout.IsInvalid)
            return true;
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (before.Of(replicaSet.Hash)?.Wanted != replicaSet.Wanted)
                return false;
        }

        // Services that come and go are an Experiment's, which runs to its end.
        foreach (var (name, hash) in before.Services)
        {
            if (after.Services.Any(s => s.Name == name && s.Hash != hash))
                return false;
        }

        return before.ReplicaSets.Length == after.ReplicaSets.Length && ReferenceEquals(before.Traffic, after.Traffic);
    }

    private static bool WeightsAddUp(WorldView before, WorldView after)
    {
        if (after.Traffic is not { } traffic)
            return true;
        var sum = traffic.Canary.Weight + traffic.Stable.Weight;
        foreach (var one in traffic.Additional)
            sum += one.Weight;
        return sum == traffic.FullWeight && traffic.Canary.Weight >= 0 && traffic.Stable.Weight >= 0;
    }

    private static bool TrafficGoesWherePodsAre(WorldView before, WorldView after)
    {
        if (ReferenceEquals(before.Traffic, after.Traffic) || after.Rollout.Replicas == 0)
            return true;
        foreach (var replicaSet in after.ReplicaSets)
        {
            var hash = replicaSet.Hash;
            if (replicaSet.KnownAvailable == 0 && after.WeightOf(hash) > before.WeightOf(hash) && !IsDueMore(before, after, hash) && SomebodyElseServes(before, after, replicaSet))
                return false;
        }

        return true;
    }

    /// <summary>
    /// A version that gets more even without pods: one that its steps gave none, and a stable version that is the only one, or
    /// to which the status gives that share already (the pass that gave it less was not recorded), or that gets back what an
    /// Experiment had while the new version has nothing.
    /// </summary>
    private static bool IsDueMore(WorldView before, WorldView after, string hash)
    {
        if (IsSizedByItsSteps(after, hash) || IsReachedAmongAll(after, hash))
            return true;
        var rollout = after.Rollout;
        return hash == rollout.StableHash && (hash == rollout.CurrentHash || after.WeightOf(hash) <= rollout.RecordedStableWeight || before.Traffic is { Canary.Weight: 0 });
    }

    /// <summary>
    /// The routes send its share to the stable Service, and that one was let go or never switched: it leads to all pods, and
    /// whichever is available answers.
    /// </summary>
    private static bool IsReachedAmongAll(WorldView after, string hash) =>
        after.Traffic is { } traffic && traffic.Stable.PodTemplateHash == hash && traffic.Stable.ServiceName is { Length: > 0 } service && after.ServiceLeadsTo(service).Length == 0;

    private static bool PodsStayWhereTrafficGoes(WorldView before, WorldView after)
    {
        if (after.Rollout.Replicas == 0 || !after.Rollout.IsRouted)
            return true;
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (replicaSet.Wanted == 0 && !IsSizedByItsSteps(after, replicaSet.Hash) && before.Of(replicaSet.Hash) is { Wanted: > 0 } && after.WeightOf(replicaSet.Hash) > 0)
                return false;
        }

        return true;
    }

    /// <summary>Also the capacity that a stable version which shrinks with its traffic must keep.</summary>
    private static bool KeepsPodsOfItsTraffic(WorldView before, WorldView after)
    {
        if (!after.Rollout.IsRouted)
            return true;
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (!BearsItsShare(after, replicaSet, replicaSet.Wanted) && !IsSizedByItsSteps(after, replicaSet.Hash) && before.Of(replicaSet.Hash) is { } was && was.Wanted > replicaSet.Wanted)
                return false;
        }

        return true;
    }

    private static bool ActiveMovesToWhatIsAvailable(WorldView before, WorldView after)
    {
        if (!after.Rollout.IsBlueGreen)
            return true;
        var (from, to) = (before.ServiceLeadsTo(after.Rollout.Services[0]), after.ServiceLeadsTo(after.Rollout.Services[0]));
        return from == to || before.Of(from) is null || after.Of(to) is { } target && target.KnownAvailable >= Math.Min(target.Wanted, after.Rollout.Replicas) && target.Wanted >= after.Rollout.Replicas;
    }

    private static bool ActiveKeepsItsPods(WorldView before, WorldView after)
    {
        if (!after.Rollout.IsBlueGreen || after.Of(after.ServiceLeadsTo(after.Rollout.Services[0])) is not { } active)
            return true;
        return active.Wanted >= after.Rollout.Replicas || active.Wanted >= (before.Of(active.Hash)?.Wanted ?? 0);
    }

    private static bool WorkloadGoesAsItIsReplaced(WorldView before, WorldView after)
    {
        if (before.Workload?.Wanted == after.Workload?.Wanted || after.Workload is not { } left)
            return true;
        var ready = 0;
        foreach (var replicaSet in after.ReplicaSets)
            ready += Math.Min(replicaSet.Wanted, replicaSet.KnownReady);
        return after.Rollout.ScaleDown switch
        {
            "onsuccess" => left.Wanted == 0 && ready >= after.Rollout.Replicas,
            "progressively" => left.Wanted + ready >= after.Rollout.Replicas,
            _ => false,
        };
    }

    /// <summary>Blue-green, and nobody was ever sent anywhere: the first version never became available.</summary>
    private static bool IsUnused(WorldView view) => view.Rollout.IsBlueGreen && view.ServiceLeadsTo(view.Rollout.Services[0]).Length == 0;

    /// <summary>Whether requests can end at a version; with pods as the only share-out, at every one.</summary>
    private static bool IsReached(WorldView view, string hash) =>
        view.Rollout.IsBlueGreen ? view.ServiceLeadsTo(view.Rollout.Services[0]) == hash : !view.Rollout.IsRouted || view.WeightOf(hash) > 0;

    /// <summary>Routes give a version no more traffic than so many pods are there for.</summary>
    private static bool BearsItsShare(WorldView view, ReplicaSetTruth replicaSet, int pods) =>
        view.Traffic is not { } traffic || (long)pods * traffic.FullWeight >= (long)view.WeightOf(replicaSet.Hash) * view.Rollout.Replicas;

    private static bool IsSizedByItsSteps(WorldView view, string hash) => view.Rollout.SizesCanary && hash == view.Rollout.CurrentHash;

    /// <summary>Of those that routes led to, or can lead to: what is neither new nor stable has no Service of its own.</summary>
    private static bool SomebodyElseServes(WorldView before, WorldView after, ReplicaSetTruth but)
    {
        foreach (var replicaSet in after.ReplicaSets)
        {
            var isWithinReach = replicaSet.Hash == after.Rollout.CurrentHash || replicaSet.Hash == after.Rollout.StableHash || before.WeightOf(replicaSet.Hash) > 0;
            if (replicaSet.Name != but.Name && replicaSet.Serving > 0 && isWithinReach)
                return true;
        }

        return false;
    }
}
