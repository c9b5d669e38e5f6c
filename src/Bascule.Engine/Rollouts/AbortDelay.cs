namespace Bascule.Engine.Rollouts;

/// <summary>How long the pods of an aborted version stay (SPEC-40, SPEC-59, TR-44, BG-30).</summary>
internal static class AbortDelay
{
    private const int DefaultSeconds = 30;

    /// <summary>The delay in seconds.</summary>
    public static int Seconds(Situation at) => Written(at) ?? DefaultSeconds;

    /// <summary>The spec gives a delay other than 0.</summary>
    public static bool IsExplicit(Situation at) => Written(at) is not (null or 0);

    /// <summary>
    /// The aborted version's size is not computed but kept, for a time or, with a delay of 0, for ever. The incumbent
    /// forgets the size in the second case unless the first step sets it (TR-45). With <c>dynamicStableScale</c> and no
    /// delay of its own the version shrinks with its traffic instead (TR-47).
    /// </summary>
    public static bool KeepsSize(Situation at) =>
        at.Status.Abort && !at.PromoteFull && at.TwoVersions && at.New is not null
        && (at.BlueGreen is not null || (at.IsRouted && (!at.Canary.DynamicStableScale || IsExplicit(at))));

    /// <summary>The size is kept for a time only.</summary>
    public static bool HasEnd(Situation at) => KeepsSize(at) && Seconds(at) > 0;

    /// <summary>The size that the aborted version keeps: none once its time is over.</summary>
    public static int KeptSize(Situation at) => HasEnd(at) && at.New!.ScaleDownDeadline <= at.Now ? 0 : at.New!.Wanted;

    private static int? Written(Situation at) => at.BlueGreen is { } blueGreen ? blueGreen.AbortScaleDownDelaySeconds : at.Canary.AbortScaleDownDelaySeconds;
}
