namespace Bascule.Simulation.Invariants;

/// <summary>The promises of the design, judged after every single write of the controller.</summary>
public static class CanaryInvariants
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
        after.Serving >= after.Replicas - after.Unavailable || after.Serving >= ServingWithout(after, before);

    /// <summary>The pods that would serve had this write not been, by what is known now.</summary>
    private static int ServingWithout(WorldView after, WorldView before)
    {
        var wanted = before.ReplicaSets.ToDictionary(r => r.Name, r => r.Wanted);
        return after.ReplicaSets.Sum(r => Math.Min(wanted.GetValueOrDefault(r.Name), r.KnownAvailable));
    }

    private static bool KeepsSurge(WorldView before, WorldView after) =>
        after.Wanted <= before.Wanted || after.Wanted <= after.Replicas + after.Surge;

    private static bool PromotesOnlyWhatIsAvailable(WorldView before, WorldView after)
    {
        if (before.StableHash == after.StableHash || before.StableHash.Length == 0)
            return true;
        var promoted = after.ReplicaSets.FirstOrDefault(r => r.Hash == after.StableHash);
        return promoted is not null
            && after.StableHash == after.CurrentHash
            && promoted.KnownAvailable >= after.Replicas
            && !after.Aborted
            && (after.StepIndex is null || after.StepIndex == after.Steps);
    }

    private static bool StepsForward(WorldView before, WorldView after) =>
        before.StepIndex is null
        || after.StepIndex is null
        || after.StepIndex >= before.StepIndex
        || after.Aborted
        || before.Aborted
        || before.CurrentHash != after.CurrentHash
        || before.StepHash != after.StepHash;

    private static bool HasNoOrphan(WorldView before, WorldView after) =>
        after.ReplicaSets.All(r => r.OwnerUid == after.Uid);
}
