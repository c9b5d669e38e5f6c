namespace Bascule.Engine.Rollouts.Canary;

/// <summary>
/// The way back of a canary whose stable version was shrunk while traffic left it (<c>dynamicStableScale</c>): weight
/// and pods of the canary go down step by step, never faster than stable pods become available (TR-30, TR-31).
/// </summary>
internal static class BackToStable
{
    /// <summary>The next weight below what must still be on the canary; 0 when no step is below it (TR-30).</summary>
    /// <param name="at">The situation.</param>
    /// <param name="canary">The version that has the traffic.</param>
    public static int NextLowerWeight(Situation at, ReplicaSetView? canary)
    {
        if (canary is null || at.Stable is null)
            return 0;
        var missing = at.Replicas - at.Stable.Available;
        // A canary whose pods do not go down with its weight must not hold traffic back: one that is kept for a while after
        // an abort, and one that another version overtook, which keeps its pods for as long as anybody is sent to it.
        var needed = AbortDelay.IsExplicit(at) || canary.Hash != at.NewHash ? missing : Math.Max(missing, canary.Available);
        foreach (var step in at.Canary.Steps.Reverse())
        {
            if (step.Weight is { } weight && RoutedSizes.Pods(at, weight) < needed)
                return weight;
        }

        return 0;
    }

    /// <summary>The weight of the canary now; never more than it has (TR-31).</summary>
    /// <param name="at">The situation.</param>
    /// <param name="canary">The version that has the traffic.</param>
    public static int Weight(Situation at, ReplicaSetView? canary)
    {
        if (!at.Canary.DynamicStableScale || canary is null || at.Stable is not { } stable || at.Replicas == 0)
            return 0;
        var full = at.Canary.FullWeight;
        var borne = (int)((long)full * stable.Available / at.Replicas);
        var left = Math.Max(0, full - borne);
        var next = NextLowerWeight(at, canary);
        if (at.Status.Weights is not { } recorded)
            return Math.Max(left, next);
        var present = recorded.Canary.Weight;
        if (next <= 0)
            return Math.Min(left, present);
        return borne < full - next ? present : Math.Min(next, present);
    }
}
