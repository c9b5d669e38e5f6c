using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Ambassador;

/// <summary>
/// Ambassador (Emissary): beside each Mapping a canary Mapping with the canary's weight, there only while the canary has
/// one (TR-AMB rows). The Mapping itself is never changed: it gets what is left.
/// </summary>
/// <param name="types">In which versions.</param>
public sealed class AmbassadorRules(RoutingTypes types) : RoutingRules
{
    private const string Suffix = "-canary";

    /// <summary>Of the name before the suffix.</summary>
    private const int LongestName = 246;

    /// <inheritdoc/>
    public override string Name => TrafficRouter.Ambassador.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
    [
        .. Mappings(rollout).SelectMany(name => (string[])[name, CanaryName(name)])
            .Select(name => new RoutingReference(types.Mappings, rollout.Meta.Namespace, name)),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var changes = ImmutableArray.CreateBuilder<RoutingChange>();
        var problems = new List<TrafficRoutingException>();
        foreach (var name in Mappings(rollout))
        {
            try
            {
                changes.AddRange(Beside(name, rollout, plan, objects));
            }
            catch (TrafficRoutingException problem)
            {
                problems.Add(problem);
            }
        }

        // TR-AMB-08: users see at once what is wrong with any of them.
        return problems switch
        {
            [] => changes.ToImmutable(),
            [var one] => throw one,
            _ => throw new TrafficRoutingException($"{problems.Count} errors found: {string.Concat(problems.Select(p => $"[{p.Message}]"))}") { Reason = problems[0].Reason },
        };
    }

    /// <inheritdoc/>
    public override string ReasonOfRefused(RoutingChange change) => change switch
    {
        { Before: null } => TrafficEventReasons.CanaryMappingCreationError,
        { After: null } => TrafficEventReasons.CanaryMappingCleanupError,
        _ => TrafficEventReasons.CanaryMappingUpdateError,
    };

    /// <summary>TR-AMB-02.</summary>
    private static string CanaryName(string name) => (name.Length > LongestName ? name[..LongestName] : name) + Suffix;

    private static ImmutableArray<string> Mappings(Rollout rollout) => rollout.Spec.Canary!.TrafficRouting!.Ambassador!.Mappings;

    private ImmutableArray<RoutingChange> Beside(string name, Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var found = objects.Get(types.Mappings, new(rollout.Meta.Namespace, CanaryName(name)));

        // The incumbent's have no owner (TR-AMB-07), and are taken over as they are.
        if (found is { ControllerUid: not null })
            Owned.Demand(found, rollout, $"canary mapping `{found.Name}` controlled by different object");

        // The incumbent sets weight 0 first and sleeps before it deletes, so that Envoy has drained when pods go. That
        // would hold up all other Rollouts; pods are kept for scaleDownDelaySeconds anyway, so that going at once is right.
        if (plan.Canary.Weight == 0)
            return found is null ? [] : [new(types.Mappings, found, null) { Note = Note(plan) }];

        if (objects.Get(types.Mappings, new(rollout.Meta.Namespace, name)) is not { } mapping)
            throw new TrafficRoutingException($"Ambassador mapping \"{name}\" not found: expected in namespace {rollout.Meta.Namespace}") { Reason = TrafficEventReasons.AmbassadorMappingNotFound };
        var spec = Spec(mapping, rollout, plan.Canary.Weight);
        if (found is null)
        {
            var made = Owned.New(types.Mappings, rollout, CanaryName(name));
            made["spec"] = spec;
            return [new(types.Mappings, null, made) { Note = Note(plan) }];
        }

        var after = found.ToNode();
        after["spec"] = spec;
        return RoutingChange.Of(types.Mappings, found, after, Note(plan));
    }

    /// <summary>TR-AMB-03: what the Mapping says, for the canary's Service and with its weight.</summary>
    private static JsonObject Spec(KubeObject mapping, Rollout rollout, int weight)
    {
        var services = rollout.Spec.Canary!;
        var spec = mapping.ToNode().ObjectAt("spec")?.DeepClone() as JsonObject
            ?? throw new TrafficRoutingException($"Ambassador mapping \"{mapping.Name}\" has no spec");
        if (spec.NumberAt("weight") is { } own and not 0)
            throw new TrafficRoutingException($"Ambassador mapping \"{mapping.Name}\" can not define weight: spec.weight is {own}, and the weight is up to the Rollout") { Reason = TrafficEventReasons.AmbassadorMappingConfigError };

        var service = spec.TextAt("service") ?? "";
        spec["service"] = MappedService.Replace(service, services.StableService, services.CanaryService) ?? throw new TrafficRoutingException(
            $"Ambassador mapping \"{mapping.Name}\" does not lead to the stable Service: expected `{services.StableService}` in spec.service, found `{service}`");
        spec["weight"] = weight;
        return spec;
    }

    private static RoutingNote Note(TrafficPlan plan) => new(TrafficEventReasons.CanaryMappingWeightUpdate, $"Set canary mapping weight to {plan.Canary.Weight}");
}
