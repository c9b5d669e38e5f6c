using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Istio;

/// <summary>Istio: the weights of VirtualServices, and the subsets of a DestinationRule where there is one (TR-IST rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class IstioRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Istio.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        var istio = Istio(rollout);
        var services = istio.All.Select(v => new RoutingReference(types.VirtualServices, v.ObjectNamespace ?? rollout.Meta.Namespace, v.ObjectName));
        return istio.DestinationRule is { } rule ? [new(types.DestinationRules, rollout.Meta.Namespace, rule.Name), .. services] : [.. services];
    }

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var changes = ImmutableArray.CreateBuilder<RoutingChange>();
        var canary = new Target(plan.Canary.ServiceName, "");

        // The subsets before the weights: whoever is sent to a subset must find the version that the weight is meant for.
        if (Istio(rollout).DestinationRule is { } named)
        {
            var rule = Existing(objects, types.DestinationRules, new(rollout.Meta.Namespace, named.Name), TrafficEventReasons.DestinationRuleNotFound);
            var subsets = new DestinationRuleEdit(rollout, named, plan);
            changes.AddRange(RoutingChange.Of(types.DestinationRules, rule, subsets.Edited(rule), subsets.Note));
            canary = new Target(rule.Root.Member("spec").Text("host") ?? "", named.CanarySubsetName);
        }

        foreach (var service in Istio(rollout).All)
        {
            var found = Existing(objects, types.VirtualServices, new(service.ObjectNamespace ?? rollout.Meta.Namespace, service.ObjectName), TrafficEventReasons.VirtualServiceNotFound);
            var edit = new VirtualServiceEdit(rollout, service, plan, canary);
            var note = new RoutingNote(TrafficEventReasons.UpdatedVirtualService, $"VirtualService `{found.Name}` set to desiredWeight '{plan.Canary.Weight}'");
            changes.AddRange(RoutingChange.Of(types.VirtualServices, found, edit.Edited(found), note));
        }

        return changes.ToImmutable();
    }

    private static IstioRouting Istio(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.Istio!;
}

/// <summary>Where routes that are for the canary alone lead.</summary>
/// <param name="Host">The host.</param>
/// <param name="Subset">The subset; empty for none.</param>
internal readonly record struct Target(string Host, string Subset);
