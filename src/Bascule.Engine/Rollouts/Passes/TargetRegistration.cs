using Bascule.Engine.Rollouts.Canary;

namespace Bascule.Engine.Rollouts.Passes;

/// <summary>
/// Waits until the load balancer in front of a Service knows the pods that the Service was switched to, before anything is
/// done that relies on them (BG-18, TR-53).
/// </summary>
internal static class TargetRegistration
{
    /// <summary>How soon to ask again (RT-6).</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    /// <summary>The Service whose load balancer should be asked about now; null for none.</summary>
    public static string? ServiceToAsk(Situation at)
    {
        var service = Service(at);
        return service.Length > 0 && IsDue(at) && at.SelectedBy(service) == at.NewHash ? service : null;
    }

    /// <summary>Why to wait; null where nothing is waited for.</summary>
    public static Reason? Waiting(Situation at) => at.Seen.ChecksTargets && IsDue(at) && at.Seen.TargetsRegistered is not true
        ? new Reason(ReasonKind.WaitingForTraffic, $"waiting for the load balancer to know the pods of Service {Service(at)}") { LookAgainAfter = LookAgain }
        : null;

    private static string Service(Situation at) =>
        at.BlueGreen is { } blueGreen ? blueGreen.ActiveService : CanaryServices.PingPongOf(at)?.Stable ?? at.Canary.StableService;

    /// <summary>
    /// A blue-green is asked about between the switch and what follows it; a canary by the AWS load balancer controller once
    /// it is promoted, while old pods still have no deadline: they get it when the answer is yes. Where the user wants no pods
    /// there are none to wait for.
    /// </summary>
    private static bool IsDue(Situation at) => at.Replicas > 0 && (at.BlueGreen is not null
        ? at.TwoVersions && !at.Promoted && at.Status.BlueGreen.PostPromotionAnalysisRun is null
        : at is { Promoted: true, Canary.TrafficRouting.Alb: not null } && at.Other.Any(r => r is { Wanted: > 0, HasScaleDownDeadline: false }));
}
