using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Traefik;

/// <summary>Traefik: the weights of the two Services in a weighted TraefikService (TR-TRF rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class TraefikRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Traefik.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
        [new(types.TraefikServices, rollout.Meta.Namespace, ServiceName(rollout))];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var found = Existing(objects, types.TraefikServices, new(rollout.Meta.Namespace, ServiceName(rollout)));
        var after = found.ToNode();
        if (after.ObjectAt("spec").ObjectAt("weighted")?["services"] is not JsonArray services)
            throw new TrafficRoutingException($"spec.weighted.services was not found in traefik service manifest: TraefikService `{found.Name}` should list the canary and the stable Service there");

        // TR-TRF-02. Experiments have no entry here, so the stable Service keeps their share. Traefik takes an entry
        // without a weight for one of weight 1, so 0 is written too.
        var canary = rollout.Spec.Canary!;
        Entry(services, found, "canary", canary.CanaryService).SetWrittenWeight(plan.Canary.Weight);
        Entry(services, found, "stable", canary.StableService).SetWrittenWeight(plan.FullWeight - plan.Canary.Weight);
        return RoutingChange.Of(types.TraefikServices, found, after);
    }

    /// <inheritdoc/>
    public override string ReasonOfRefused(RoutingChange change) => TrafficEventReasons.TraefikServiceUpdateError;

    private static string ServiceName(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.Traefik!.WeightedTraefikServiceName;

    /// <summary>The first entry of a name, as with the incumbent.</summary>
    private static JsonObject Entry(JsonArray services, KubeObject traefik, string role, string service)
    {
        var named = services.Select((entry, i) => (Entry: entry as JsonObject, Name: entry.TextAt("name")
            ?? throw new TrafficRoutingException($"name field was not found in service: TraefikService `{traefik.Name}`, spec.weighted.services[{i}]"))).ToList();
        return named.Find(s => s.Name == service).Entry ?? throw new TrafficRoutingException(
            $"traefik {role} service was not found: TraefikService `{traefik.Name}` should list `{service}` in spec.weighted.services, found {Listed.Of(named.Select(s => s.Name))}");
    }
}
