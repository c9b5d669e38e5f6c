using System.Collections.Immutable;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Engine.Rollouts.Effects;

/// <summary>Has every router of the Rollout share out the traffic as planned (TR-21).</summary>
/// <param name="Plan">The plan.</param>
public sealed record SetTraffic(TrafficPlan Plan) : Effect
{
    /// <summary>The routers that can do nothing now and are left out.</summary>
    public ImmutableArray<UnservedRouter> Without { get; init; } = [];

    /// <inheritdoc/>
    public override T Match<T>(IEffectCases<T> cases) => cases.SetTraffic(this);
}
