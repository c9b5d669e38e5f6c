namespace Bascule.Sandbox.Workloads;

/// <summary>
/// Which pods go first when there are too many: the least is lost by taking pods that do no work yet, then those that
/// the user marked as cheap, then the youngest. Kubernetes also prefers pods that share a node with siblings; on one
/// node that never decides.
/// </summary>
/// <param name="now">Ages are compared by order of magnitude, seen from here, so that victims spread over similar pods.</param>
internal sealed class DeletionOrder(DateTimeOffset now) : IComparer<PodFacts>
{
    /// <summary>Negative when <paramref name="x"/> goes first.</summary>
    public int Compare(PodFacts? x, PodFacts? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int order;
        if ((order = x.IsScheduled.CompareTo(y.IsScheduled)) != 0)
            return order;
        if ((order = Progress(x.Phase).CompareTo(Progress(y.Phase))) != 0)
            return order;
        if ((order = x.IsReady.CompareTo(y.IsReady)) != 0)
            return order;
        if ((order = x.DeletionCost.CompareTo(y.DeletionCost)) != 0)
            return order;
        if ((order = ByAge(x.ReadySince, y.ReadySince)) != 0)
            return order;
        if ((order = y.MostRestarts.CompareTo(x.MostRestarts)) != 0)
            return order;
        if ((order = ByAge(x.Object.CreationTimestamp, y.Object.CreationTimestamp)) != 0)
            return order;
        return string.CompareOrdinal(x.Object.Uid, y.Object.Uid);
    }

    private static int Progress(string phase) => phase switch
    {
        "Running" => 2,
        "Unknown" => 1,
        _ => 0,
    };

    /// <summary>
    /// The younger first. Ages with the same binary logarithm are equal and leave the decision to what follows; Kubernetes
    /// takes the uid at once, which is chance as well but no total order.
    /// </summary>
    private int ByAge(DateTimeOffset? x, DateTimeOffset? y) => Magnitude(x).CompareTo(Magnitude(y));

    private int Magnitude(DateTimeOffset? since)
    {
        if (since is null)
            return int.MinValue;
        var nanoseconds = (now - since.Value).Ticks * 100.0;
        return nanoseconds > 0 ? (int)Math.Log2(nanoseconds) : -1;
    }
}
