namespace Bascule.Engine.Rollouts.Canary;

/// <summary>Values of <c>status.canary.stablePingPong</c>: which of the two Services leads to the stable version (PP-1, STAT-24).</summary>
internal static class PingPongRoles
{
    public const string Ping = "ping";

    public const string Pong = "pong";

    /// <summary>The role after a change of the stable version; the first one makes ping stable (PP-3).</summary>
    public static string Next(string present) => present == Ping ? Pong : Ping;
}
