using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Two Services that swap the roles of stable and canary at each promotion (SPEC-61, PP rows).</summary>
/// <param name="PingService">The one that becomes stable first; empty when not set.</param>
/// <param name="PongService">The other; empty when not set.</param>
public sealed record PingPong(string PingService, string PongService)
{
    /// <summary>Value of <c>status.canary.stablePingPong</c>: the ping Service is the stable one (STAT-24).</summary>
    public const string Ping = "ping";

    /// <summary>Value of <c>status.canary.stablePingPong</c>: the pong Service is the stable one (STAT-24).</summary>
    public const string Pong = "pong";

    /// <summary>The role after a change of the stable version; the first one makes ping stable (PP-3).</summary>
    /// <param name="present"><c>status.canary.stablePingPong</c> so far; empty before the first.</param>
    public static string Next(string present) => present == Ping ? Pong : Ping;

    /// <summary>Reads <c>pingPong</c>; null when there is none.</summary>
    public static PingPong? Read(JsonElement? pingPong) =>
        pingPong is { } found ? new(found.Text("pingService") ?? "", found.Text("pongService") ?? "") : null;
}
