using System.Collections.Immutable;
using System.Text.Json;
using Bascule.Api.Json;

namespace Bascule.Api.Rollouts.Traffic;

/// <summary>How traffic was last divided: <c>status.canary.weights</c> (STAT-20).</summary>
public sealed record TrafficWeights
{
    /// <summary>The new version.</summary>
    public required WeightDestination Canary { get; init; }

    /// <summary>The stable version.</summary>
    public required WeightDestination Stable { get; init; }

    /// <summary>The versions of a running experiment.</summary>
    public ImmutableArray<WeightDestination> Additional { get; init; } = [];

    /// <summary>The router has been seen to divide like this; null when it cannot tell.</summary>
    public bool? Verified { get; init; }

    /// <summary>Reads <c>weights</c>; null when there is none.</summary>
    public static TrafficWeights? Read(JsonElement? weights) => weights is { } found
        ? new()
        {
            Canary = WeightDestination.Read(found.Member("canary")),
            Stable = WeightDestination.Read(found.Member("stable")),
            Additional = [.. found.Items("additional").Where(d => d.ValueKind == JsonValueKind.Object).Select(WeightDestination.Read)],
            Verified = found.Bool("verified"),
        }
        : null;
}
