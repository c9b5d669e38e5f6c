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
        ("every ReplicaSet has the Rollout as its owner", HasNoOrphan),
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

    private static bool KeepsCapacity(WorldView before, WorldView after) =>
        after.Serving >= after.Rollout.Replicas - after.Rollout.Unavailable || after.Serving >= before.Serving;

    private static bool KeepsSurge(WorldView before, WorldView after) =>
        after.Wanted <= before.Wanted || after.Wanted <= after.Rollout.Replicas + after.Rollout.Surge;

    private static bool PromotesOnlyWhatIsAvailable(WorldView before, WorldView after)
    {
        var (was, now) = (before.Rollout, after.Rollout);
        if (was.StableHash == now.StableHash || was.StableHash.Length == 0)
            return true;
        var promoted = after.Of(now.StableHash);
        return promoted is not null
            && now.StableHash == now.CurrentHash
            && promoted.KnownAvailable >= now.Replicas
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
            || was.CurrentHash != now.CurrentHash
            || was.StepHash != now.StepHash;
    }

    private static bool HasNoOrphan(WorldView before, WorldView after)
    {
        foreach (var replicaSet in after.ReplicaSets)
        {
            if (replicaSet.OwnerUid != after.Rollout.Uid)
                return false;
        }

        return true;
    }
}
