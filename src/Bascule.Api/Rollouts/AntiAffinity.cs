using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts;

/// <summary>Keeps pods of the new version away from nodes that run the stable one (SPEC-56). Exactly one of the two is set in a valid spec (VAL-12).</summary>
/// <param name="PreferredWeight">How much the scheduler should prefer it, 1 to 100; 0 when the preference has no weight; null when it is not merely preferred.</param>
/// <param name="IsRequired">True when pods must stay apart.</param>
public sealed record AntiAffinity(int? PreferredWeight, bool IsRequired)
{
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Reads <c>antiAffinity</c>; null when there is none.</summary>
    public static AntiAffinity? Read(JsonElement? antiAffinity) =>
        antiAffinity is { } found
            ? new(found.MemberOrNull(Preferred) is { } preferred ? preferred.Int("weight") ?? 0 : null, found.MemberOrNull(Required) is not null)
            : null;
}
