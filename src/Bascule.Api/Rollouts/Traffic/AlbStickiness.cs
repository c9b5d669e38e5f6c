using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>Whether the AWS load balancer keeps a user on a version (SPEC-69).</summary>
/// <param name="Enabled">True when it does.</param>
/// <param name="DurationSeconds">For how many seconds.</param>
public sealed record AlbStickiness(bool Enabled, long DurationSeconds)
{
    /// <summary>Reads <c>stickinessConfig</c>.</summary>
    public static AlbStickiness Read(JsonElement stickiness) => new(stickiness.Bool("enabled") ?? false, stickiness.Long("durationSeconds") ?? 0);
}
