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
        return at.Status.StablePingPong == PingPongRoles.Ping
            ? new ServicePair(pair.PongService, pair.PingService)
            : new ServicePair(pair.PingService, pair.PongService);
    }

    /// <summary><c>canaryService</c> and <c>stableService</c>, or ping and pong when neither is set.</summary>
    public static ServicePair Of(Situation at)
    {
        var named = new ServicePair(at.Canary.CanaryService, at.Canary.StableService);
        return named is { Canary: "", Stable: "" } && PingPongOf(at) is { } pair ? pair : named;
    }
}
