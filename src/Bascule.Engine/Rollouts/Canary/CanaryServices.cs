using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Which Services lead to the versions of a canary, in their present roles (PP-1, PP-4).</summary>
internal static class CanaryServices
{
    /// <summary>Ping and pong as canary and stable; null without ping-pong.</summary>
    public static ServicePair? PingPongOf(Situation at)
    {
        if (at.Canary.PingPong is not { } pair)
            return null;
        return StableRole(at) == PingPong.Ping
            ? new ServicePair(pair.PongService, pair.PingService)
            : new ServicePair(pair.PingService, pair.PongService);
    }

    /// <summary>
    /// Which of ping and pong is the stable one: the recorded one, unless only the other leads to the stable version. The
    /// Services are where users are; a record that is lost, or was damaged by hand, must not send them elsewhere.
    /// </summary>
    public static string StableRole(Situation at)
    {
        if (at.Canary.PingPong is not { } pair || at.Stable is not { } stable)
            return at.Status.StablePingPong;
        var ping = at.SelectedBy(pair.PingService) == stable.Hash;
        var pong = at.SelectedBy(pair.PongService) == stable.Hash;
        return ping == pong ? at.Status.StablePingPong : ping ? PingPong.Ping : PingPong.Pong;
    }

    /// <summary><c>canaryService</c> and <c>stableService</c>, or ping and pong when neither is set.</summary>
    public static ServicePair Of(Situation at)
    {
        var named = new ServicePair(at.Canary.CanaryService, at.Canary.StableService);
        return named is { Canary: "", Stable: "" } && PingPongOf(at) is { } pair ? pair : named;
    }

    /// <summary>
    /// The canary's Service has to lead to the stable version: the new one is to have no pods, or the Service still leads
    /// to a version that was overtaken and the new one has none yet. The incumbent leaves it without anybody to answer.
    /// </summary>
    public static bool NewCannotAnswer(Situation at)
    {
        if (!at.TwoVersions || at.Stable is not { Available: > 0 } || at.New is not { } rs)
            return false;
        var selected = at.SelectedBy(at.Canary.CanaryService);
        return at.NextSizes.New == 0 || (rs.Available == 0 && selected.Length > 0 && selected != rs.Hash);
    }

    /// <summary>
    /// The stable version is about to have no pods, before the new one is promoted: without routing its Service has to lead
    /// to the new one from now on. The incumbent leaves it without anybody to answer.
    /// </summary>
    public static bool StableIsLeaving(Situation at) => at.TwoVersions && at.New is { Available: > 0 } && at.NextSizes.Stable == 0;
}
