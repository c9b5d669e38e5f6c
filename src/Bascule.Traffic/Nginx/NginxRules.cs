using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Nginx;

/// <summary>ingress-nginx: beside each Ingress of the stable version a canary Ingress that the Rollout owns (TR-NGX rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class NginxRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Nginx.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
    [
        .. Nginx(rollout).All.SelectMany(stable => (string[])[stable, CanaryIngress.NameOf(rollout, stable)])
            .Select(name => new RoutingReference(types.Ingresses, rollout.Meta.Namespace, name)),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects) =>
        [.. Nginx(rollout).All.SelectMany(stable => Beside(stable, rollout, plan, objects))];

    private static NginxRouting Nginx(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.Nginx!;

    private ImmutableArray<RoutingChange> Beside(string stableName, Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var space = rollout.Meta.Namespace;
        if (objects.Get(types.Ingresses, new(space, stableName)) is not { } stable)
            throw new TrafficRoutingException($"error retrieving stableIngress `{stableName}` from cache: {types.Ingresses.Kind} `{stableName}` not found in namespace {space}");

        var canary = new CanaryIngress(rollout, plan, stable);
        var name = CanaryIngress.NameOf(rollout, stableName);
        if (objects.Get(types.Ingresses, new(space, name)) is not { } found)
        {
            var made = Owned.New(types.Ingresses, rollout, name);
            canary.Write(made);
            return [new(types.Ingresses, null, made) { Note = new(TrafficEventReasons.CreatingCanaryIngress, $"Creating canary ingress `{name}` with weight `{plan.Canary.Weight}`") }];
        }

        Owned.Demand(found, rollout, $"canary ingress `{name}` controlled by different object");
        var after = found.ToNode();
        canary.Write(after);
        return RoutingChange.Of(types.Ingresses, found, after, new(TrafficEventReasons.PatchingCanaryIngress, $"Updating Ingress `{name}` to desiredWeight '{plan.Canary.Weight}'"));
    }
}
