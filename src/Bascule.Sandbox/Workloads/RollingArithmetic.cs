using System.Globalization;
using System.Text.Json;

namespace Bascule.Sandbox.Workloads;

/// <summary>The sums of a rolling update, as Kubernetes does them.</summary>
internal static class RollingArithmetic
{
    /// <summary>
    /// Turns <c>maxSurge</c> (rounded up) and <c>maxUnavailable</c> (rounded down) into pods. Both zero would stand still
    /// for ever, so one pod may then be missing.
    /// </summary>
    /// <param name="maxSurge">A number or a percentage; 25 % when absent.</param>
    /// <param name="maxUnavailable">A number or a percentage; 25 % when absent.</param>
    /// <param name="desired">What percentages are of.</param>
    public static (int Surge, int Unavailable) Fenceposts(JsonElement maxSurge, JsonElement maxUnavailable, int desired)
    {
        var surge = Scaled(maxSurge, desired, Math.Ceiling);
        var unavailable = Scaled(maxUnavailable, desired, Math.Floor);
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }

    /// <summary>How many replicas the new ReplicaSet should have now, given how many all sets have together.</summary>
    /// <param name="desired">Replicas of the Deployment.</param>
    /// <param name="surge">Pods allowed above it.</param>
    /// <param name="all">Replicas asked of all sets together, the new one included.</param>
    /// <param name="current">Replicas asked of the new set.</param>
    public static int NewReplicas(int desired, int surge, int all, int current)
    {
        var room = desired + surge - all;
        return room <= 0 ? current : current + Math.Min(room, desired - current);
    }

    /// <summary>How many old pods may go, counting pods of the new set that are not available as already lost.</summary>
    public static int MaxScaledDown(int desired, int unavailable, int all, int newReplicas, int newAvailable) =>
        all - (desired - unavailable) - (newReplicas - newAvailable);

    /// <summary>
    /// By how much one set changes when the Deployment is scaled in mid-rollout, so that sets keep their proportions.
    /// </summary>
    /// <param name="replicas">What the set has.</param>
    /// <param name="maxBefore">What all sets could have together when this one was last scaled.</param>
    /// <param name="maxNow">What all sets may have together now.</param>
    /// <param name="desired">Replicas of the Deployment.</param>
    /// <param name="toAdd">The whole change; negative to shrink.</param>
    /// <param name="added">What other sets took of it already.</param>
    public static int Proportion(int replicas, int maxBefore, int maxNow, int desired, int toAdd, int added)
    {
        if (replicas == 0 || toAdd == 0 || toAdd == added)
            return 0;
        var share = Share(replicas, maxBefore, maxNow, desired);
        var allowed = toAdd - added;
        return toAdd > 0 ? Math.Min(share, allowed) : Math.Max(share, allowed);
    }

    private static int Share(int replicas, int maxBefore, int maxNow, int desired)
    {
        if (desired == 0)
            return -replicas;
        if (maxBefore == 0)
            return 0;
        return (int)Math.Round((double)replicas * maxNow / maxBefore, MidpointRounding.AwayFromZero) - replicas;
    }

    private static int Scaled(JsonElement value, int desired, Func<double, double> round)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.TrimEnd('%') : "25";
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var percent) ? (int)round(percent * desired / 100.0) : 0;
    }
}
