namespace Bascule.Engine.Rollouts;

/// <summary>How many pods each version of a canary without traffic routing gets next (BC-2 to BC-9).</summary>
internal static class ReplicaCounts
{
    /// <summary>A version's wanted and available pods.</summary>
    /// <param name="Wanted"><c>spec.replicas</c> of its ReplicaSet.</param>
    /// <param name="Available">Its available pods.</param>
    internal readonly record struct Size(int Wanted, int Available)
    {
        /// <summary>
        /// The available pods that are there to stay. Those beyond the wanted ones are about to go: counting on them, as the
        /// incumbent does (BC-9), gives sizes that change from pass to pass until they are gone.
        /// </summary>
        public int Staying => Math.Min(Wanted, Available);
    }

    /// <summary>What a pass knows of the pods.</summary>
    internal sealed record Input
    {
        /// <summary>Pods wanted in all.</summary>
        public required int Replicas { get; init; }

        /// <summary>The share of the new version, in units of <see cref="FullWeight"/>.</summary>
        public required int Weight { get; init; }

        /// <summary>What full traffic is.</summary>
        public int FullWeight { get; init; } = 100;

        /// <summary>How far the number may be exceeded or missed.</summary>
        public required ReplicaLimits Limits { get; init; }

        /// <summary>The new version; null when it has no ReplicaSet yet.</summary>
        public Size? New { get; init; }

        /// <summary>The stable version; null when there is none.</summary>
        public Size? Stable { get; init; }

        /// <summary>The stable version is the new one.</summary>
        public bool StableIsNew { get; init; }

        /// <summary>Wanted pods of all other versions.</summary>
        public int OthersWanted { get; init; }

        /// <summary>There is a stable version beside the new one.</summary>
        public bool TwoVersions => Stable is not null && !StableIsNew;

        /// <summary>
        /// The stable version has no available pod, and other versions serve in its stead, which must not go before the new
        /// one can take their place.
        /// </summary>
        public bool OthersStandIn => TwoVersions && Stable is { Available: 0 } && OthersWanted > 0;

        /// <summary>The most pods there may be.</summary>
        public int Most => Replicas + Limits.Surge;

        /// <summary>The fewest available pods there must be.</summary>
        public int Fewest => Replicas - Limits.Unavailable;
    }

    /// <summary>The sizes to set in this pass.</summary>
    public static (int New, int Stable) Next(Input input)
    {
        var (wantedNew, wantedStable) = input.TwoVersions
            ? Approximate(input.Replicas, input.Weight, input.FullWeight, input.Limits.Surge)
            : (input.Replicas, 0);
        var (newCount, stableCount) = ScaleUp(input, wantedNew, wantedStable);
        var increasing = input.New is not { } present || wantedNew >= present.Wanted;
        // Others must go first. But what is not available serves nobody, and would only take the place of what could.
        if (input.OthersWanted > 0)
        {
            if (increasing && input.TwoVersions)
                stableCount = DropUnavailable(input.Stable, wantedStable, stableCount);
            else if (wantedNew == 0)
                newCount = DropUnavailable(input.New, wantedNew, newCount);
            return (newCount, stableCount);
        }

        var available = Counted(input.New, !increasing) + Counted(input.Stable, increasing);
        if (available <= input.Fewest)
            return (newCount, stableCount);
        var surplus = available - input.Fewest;
        if (!increasing)
        {
            newCount = Drain(input.New, wantedNew, surplus, newCount);
            (newCount, stableCount) = KeepWithinLimits(input, input.New, input.Stable, newCount, stableCount);
        }
        else if (input.TwoVersions)
        {
            stableCount = Drain(input.Stable, wantedStable, surplus, stableCount);
            (stableCount, newCount) = KeepWithinLimits(input, input.Stable, input.New, stableCount, newCount);
        }

        return (newCount, stableCount);
    }

    /// <summary>The pair of counts whose ratio is nearest to the weight; their sum is the wanted number or one more (BC-2, BC-3).</summary>
    public static (int New, int Stable) Approximate(int replicas, int weight, int fullWeight, int surge)
    {
        if (replicas == 0)
            return (0, 0);
        var up = (int)Math.Ceiling((double)((long)replicas * weight) / fullWeight);
        var down = (int)Math.Floor((double)((long)replicas * weight) / fullWeight);
        var zeroAllowed = weight == fullWeight || weight == 0 || (replicas == 1 && surge == 0);
        var downAllowed = down != 0 || zeroAllowed;
        var candidates = new List<(int Canary, int Total)>(4);
        if (up < replicas || zeroAllowed)
            candidates.Add((up, replicas));
        if (!Tied(replicas) && downAllowed)
            candidates.Add((down, replicas));
        if (surge > 0)
        {
            candidates.Add((up, replicas + 1));
            if (!Tied(replicas + 1) && downAllowed)
                candidates.Add((down, replicas + 1));
        }

        if (candidates.Count == 0)
            return (0, replicas);
        // MinBy keeps the first of equals, which is the order of preference.
        var (canary, total) = candidates.MinBy(c => Math.Abs(((double)((long)c.Canary * fullWeight) / c.Total) - weight));
        return (canary, total - canary);

        bool Tied(int pods) => pods * ((double)weight / fullWeight) % 1 == 0.5;
    }

    /// <summary>
    /// Stable first, then new, as far as the surge allows (BC-5). A stable version in whose stead others serve comes last,
    /// and gives up its places: the incumbent waits for it for ever, and the fix with it.
    /// </summary>
    private static (int New, int Stable) ScaleUp(Input input, int wantedNew, int wantedStable)
    {
        var newCount = input.New?.Wanted ?? 0;
        var stableCount = input.TwoVersions ? input.Stable!.Value.Wanted : 0;
        var budget = input.Most - newCount - stableCount - input.OthersWanted;
        if (input is { OthersStandIn: true, New: not null } && newCount < wantedNew)
        {
            var given = Math.Clamp(wantedNew - newCount - budget, 0, stableCount);
            stableCount -= given;
            var added = Math.Clamp(budget + given, 0, wantedNew - newCount);
            newCount += added;
            budget += given - added;
        }

        if (input.TwoVersions && stableCount < wantedStable && budget > 0)
        {
            var added = Math.Min(budget, wantedStable - stableCount);
            stableCount += added;
            budget -= added;
        }

        if (input.New is not null && newCount < wantedNew && budget > 0)
            newCount += Math.Min(budget, wantedNew - newCount);
        return (newCount, stableCount);
    }

    private static int Counted(Size? size, bool ignoreAvailability) =>
        size is not { } found ? 0 : ignoreAvailability ? found.Wanted : found.Staying;

    private static int Drain(Size? size, int wanted, int surplus, int count) =>
        size is { } found && found.Wanted > wanted ? Math.Max(wanted, found.Wanted - surplus) : count;

    private static int DropUnavailable(Size? size, int wanted, int count) =>
        size is { } found && found.Wanted > wanted ? Math.Min(count, Math.Max(wanted, found.Staying)) : count;

    /// <summary>Takes back what would break the surge or the availability (BC-9).</summary>
    private static (int Drained, int Adjusted) KeepWithinLimits(Input input, Size? drain, Size? adjust, int drained, int adjusted)
    {
        var over = Math.Max(0, adjusted + drained - input.Most);
        var available = drain is { } draining ? Math.Min(draining.Staying, drained) : 0;
        if (adjust is not { } other)
            return (drained, adjusted);
        adjusted -= over;
        available += Math.Min(other.Staying, adjusted);
        var spare = Math.Max(0, other.Staying - adjusted);
        var missing = Math.Max(0, input.Fewest - available);
        adjusted += Math.Min(spare, missing);
        over = Math.Max(0, adjusted + drained - input.Most);
        return (drained - over, adjusted);
    }
}
