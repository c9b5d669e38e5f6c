using System.Collections.Immutable;
using Bascule.Api.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Traffic;

/// <summary>
/// How every router shall share out the traffic now. Asking for the same plan again is harmless; routers change only what
/// differs from it (TR-21).
/// </summary>
public sealed record TrafficPlan
{
    /// <summary>The share of the canary, its version and its Service.</summary>
    public required WeightDestination Canary { get; init; }

    /// <summary>The share of the stable version: what the others leave of <see cref="FullWeight"/>.</summary>
    public required WeightDestination Stable { get; init; }

    /// <summary>Shares of a running Experiment's versions (TR-26).</summary>
    public ImmutableArray<WeightDestination> Additional { get; init; } = [];

    /// <summary>What all shares add up to; 100 unless the spec says otherwise (SPEC-66).</summary>
    public required int FullWeight { get; init; }

    /// <summary>The ping-pong Services in their present roles; null without ping-pong. Who prefers them: PP-4.</summary>
    public ServicePair? PingPong { get; init; }

    /// <summary>
    /// The managed routes that shall exist, in their order of precedence (MR-2); every other route that
    /// <c>managedRoutes</c> names shall not exist.
    /// </summary>
    public ImmutableArray<ManagedRoute> Routes { get; init; } = [];

    /// <summary>Routers that can shall verify that the weights have arrived (TR-25).</summary>
    public bool Verify { get; init; }

    /// <summary>True when both send everybody the same way; verification is no part of that.</summary>
    public bool SharesOutLike(TrafficPlan other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return FullWeight == other.FullWeight && Canary == other.Canary && Stable == other.Stable && PingPong == other.PingPong
            && Additional.SequenceEqual(other.Additional)
            && Routes.Length == other.Routes.Length && Routes.Zip(other.Routes).All(pair => pair.First.Equals(pair.Second));
    }
}
