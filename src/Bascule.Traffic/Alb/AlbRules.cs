using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>The AWS load balancer controller: annotations of Ingresses, and paths for header routes (TR-ALB rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class AlbRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Alb.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
        [.. Alb(rollout).All.Select(name => new RoutingReference(types.Ingresses, rollout.Meta.Namespace, name))];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var edit = new AlbIngressEdit(rollout, plan);
        return
        [
            .. Alb(rollout).All.SelectMany(name =>
            {
                var found = Existing(objects, types.Ingresses, new(rollout.Meta.Namespace, name));
                var (after, what) = edit.Edited(found);
                return RoutingChange.Of(types.Ingresses, found, after, new(TrafficEventReasons.PatchingAlbIngress, $"Updating Ingress `{name}` {what}"));
            }),
        ];
    }

    private static AlbRouting Alb(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.Alb!;
}
