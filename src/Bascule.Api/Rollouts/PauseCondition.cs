using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Why the controller paused, and since when (STAT-13).</summary>
/// <param name="Reason">A value of <see cref="PauseReasons"/>.</param>
/// <param name="StartTime">When the pause began; null when the status was damaged.</param>
public sealed record PauseCondition(string Reason, DateTimeOffset? StartTime)
{
    /// <summary>Reads an entry of <c>pauseConditions</c>.</summary>
    public static PauseCondition Read(JsonElement condition) => new(condition.Text("reason") ?? "", condition.Instant("startTime"));
}
