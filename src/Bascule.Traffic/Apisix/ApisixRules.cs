using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Apisix;

/// <summary>Apache APISIX: the weights of the two backends in rules of an ApisixRoute, and a route beside it for headers (TR-APX rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class ApisixRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Apisix.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
    [
        .. rollout.Spec.Canary!.TrafficRouting!.ManagedRoutes.Prepend(rollout.Spec.Canary.TrafficRouting.Apisix!.RouteName)
            .Select(name => new RoutingReference(types.ApisixRoutes, rollout.Meta.Namespace, name)),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var canary = rollout.Spec.Canary!;
        var routing = canary.TrafficRouting!.Apisix!;
        var found = Existing(objects, types.ApisixRoutes, new(rollout.Meta.Namespace, routing.RouteName));
        var after = found.ToNode();
        foreach (var rule in ApisixRule.Chosen(after, routing))
        {
            // TR-APX-02. Experiments have no backend here, so the stable one keeps their share. APISIX takes a backend
            // without a weight for one of weight 100, so 0 is written too.
            rule.Backend(canary.CanaryService).SetWrittenWeight(plan.Canary.Weight);
            rule.Backend(canary.StableService).SetWrittenWeight(plan.FullWeight - plan.Canary.Weight);
        }

        // As with the incumbent, what steps ask for goes first (TR-C-08).
        return [.. new ApisixHeaderRoutes(types.ApisixRoutes, rollout, found).Changes(plan, objects), .. RoutingChange.Of(types.ApisixRoutes, found, after)];
    }

    /// <inheritdoc/>
    public override string ReasonOfRefused(RoutingChange change) => change switch
    {
        { Before: null } => TrafficEventReasons.ApisixRouteCreateError,
        { After: null } => TrafficEventReasons.ApisixRouteDeleteError,
        _ => TrafficEventReasons.ApisixRouteUpdateError,
    };
}
