using Bascule.Engine.Rollouts.Status;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>How many pods the versions of a canary get, and whether they have them.</summary>
internal static class CanarySizes
{
    /// <summary>The sizes that new and stable get next.</summary>
    public static (int New, int Stable) Next(Situation at) => at.IsRouted ? RoutedSizes.Next(at) : Basic(at);

    /// <summary>The share of the new version that the pods are sized for (BC-1, TR-5).</summary>
    public static int DesiredWeight(Situation at)
    {
        if (IsAllNew(at))
            return at.Canary.FullWeight;
        if (at.Status.Abort)
            return at.Canary.DynamicStableScale ? BackToStable.NextLowerWeight(at, at.New) : 0;
        return at.Step is null ? at.Canary.FullWeight : LastWeight(at, at.StepIndex!.Value);
    }

    /// <summary>The weight that was in force before the current step (TR-16).</summary>
    public static int PreviousWeight(Situation at) => LastWeight(at, (at.StepIndex ?? 0) - 1);

    /// <summary>Nothing of the stable version is wanted: there is none, it is the new one, or a user asked for the end.</summary>
    public static bool IsAllNew(Situation at) => at.PromoteFull || at.Stable is null || at.Promoted;

    /// <summary>
    /// The pods are as the current step wants them (BC-11). Where the stable version has not one available pod for as long as
    /// the progress deadline, only the new one counts: the incumbent waits for the stable pods, and for others that serve in
    /// their stead, for ever.
    /// </summary>
    public static bool AtDesiredCounts(Situation at)
    {
        var (wantedNew, wantedStable) = at.NextSizes;
        if (wantedStable > 0 && StableIsLost(at))
            return at.New is { } rs && (rs.Available >= wantedNew || IsEnough(at, rs, wantedNew));
        if (!IsEnough(at, at.New, wantedNew) || at.Stable is not { } stable)
            return false;
        if (at.IsRouted)
            return at.Canary.DynamicStableScale || (wantedStable == stable.Wanted && wantedStable == stable.Current);
        return wantedStable == stable.Wanted && wantedStable == stable.Current && at.Other.Sum(r => r.Available) == 0;
    }

    /// <summary>The stable version has had no available pod for as long as the progress deadline: nothing waits for it any more.</summary>
    public static bool StableIsLost(Situation at) =>
        at is { TwoVersions: true, Stable: { Wanted: > 0, Available: 0 } } && Progress.TimedOut(at, at.Status.Conditions);

    /// <summary>A version has the pods it should have, or enough of them by the <c>replicaProgressThreshold</c> (BC-12).</summary>
    public static bool IsEnough(Situation at, ReplicaSetView? rs, int desired)
    {
        if (rs is null)
            return false;
        if (at.Canary.ReplicaProgressThreshold is not { Value: >= 0 } threshold)
            return desired == rs.Wanted && desired == rs.Available;
        if (!threshold.IsPercent)
            return rs.Available >= threshold.Value;
        return desired == 0 || ((double)rs.Available / desired * 100) + 1e-10 >= threshold.Value;
    }

    private static (int New, int Stable) Basic(Situation at) => ReplicaCounts.Next(new ReplicaCounts.Input
    {
        Replicas = at.Replicas,
        Weight = DesiredWeight(at),
        FullWeight = at.Canary.FullWeight,
        Limits = at.Limits,
        New = Size(at.New),
        Stable = Size(at.Stable),
        StableIsNew = !at.TwoVersions,
        OthersWanted = at.Other.Sum(r => r.Wanted),
    });

    private static ReplicaCounts.Size? Size(ReplicaSetView? rs) => rs is null ? null : new ReplicaCounts.Size(rs.Wanted, rs.Available);

    /// <summary>The last weight that a step sets, from the first up to this one; 0 when none does.</summary>
    private static int LastWeight(Situation at, int index)
    {
        for (var i = Math.Min(index, at.StepCount - 1); i >= 0; i--)
        {
            if (at.Canary.Steps[i].Weight is { } weight)
                return weight;
        }

        return 0;
    }
}
