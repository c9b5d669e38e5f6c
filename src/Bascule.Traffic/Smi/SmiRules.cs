using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Smi;

/// <summary>The Service Mesh Interface, which is also Linkerd's: a TrafficSplit that the Rollout owns (TR-SMI rows).</summary>
/// <param name="types">In which versions.</param>
public sealed class SmiRules(RoutingTypes types) : RoutingRules
{
    /// <inheritdoc/>
    public override string Name => TrafficRouter.Smi.FieldName();

    /// <inheritdoc/>
    public override ImmutableArray<RoutingReference> References(Rollout rollout) =>
        [new(types.TrafficSplits, rollout.Meta.Namespace, SplitName(rollout))];

    /// <inheritdoc/>
    public override ImmutableArray<RoutingChange> Changes(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var key = new ObjectKey(rollout.Meta.Namespace, SplitName(rollout));
        if (objects.Get(types.TrafficSplits, key) is not { } found)
        {
            var made = Owned.New(types.TrafficSplits, rollout, key.Name);
            Split(made, rollout, plan);
            return [new(types.TrafficSplits, null, made) { Note = new(TrafficEventReasons.TrafficSplitCreated, $"TrafficSplit `{key.Name}` created") }];
        }

        Owned.Demand(found, rollout, $"Rollout does not own TrafficSplit `{found.Name}`");
        var after = found.ToNode();
        Split(after, rollout, plan);
        return RoutingChange.Of(types.TrafficSplits, found, after);
    }

    /// <inheritdoc/>
    public override string ReasonOfRefused(RoutingChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Before is null ? TrafficEventReasons.TrafficSplitNotCreated : base.ReasonOfRefused(change);
    }

    private static string SplitName(Rollout rollout) =>
        rollout.Spec.Canary!.TrafficRouting!.Smi!.TrafficSplitName is { Length: > 0 } name ? name : rollout.Name;

    /// <summary>TR-SMI-03: the canary first, the stable version last, an Experiment's between them.</summary>
    private void Split(JsonObject split, Rollout rollout, TrafficPlan plan)
    {
        var canary = rollout.Spec.Canary!;
        var spec = split.Child("spec");
        spec["service"] = canary.TrafficRouting!.Smi!.RootService is { Length: > 0 } root ? root : canary.StableService;
        spec["backends"] = new JsonArray(
        [
            Backend(canary.CanaryService, plan.Canary.Weight),
            .. plan.Additional.Select(one => Backend(one.ServiceName, one.Weight)),
            Backend(canary.StableService, plan.Stable.Weight),
        ]);
    }

    /// <summary>In the first version of the API a weight is a quantity, which is text.</summary>
    private JsonObject Backend(string service, int weight) => new()
    {
        ["service"] = service,
        ["weight"] = types.TrafficSplits.Version == "v1alpha1" ? weight.ToString(CultureInfo.InvariantCulture) : weight,
    };
}
