using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Traffic.Objects;

/// <summary>The kinds of routers that work by objects, and what Rollouts have to do with them.</summary>
/// <param name="rules">The kinds.</param>
public sealed class RoutingCatalog(ImmutableArray<RoutingRules> rules)
{
    /// <summary>The kinds in the versions of the API that the incumbent uses.</summary>
    public static RoutingCatalog BuiltIn { get; } = new(BuiltInRouters.Rules(RoutingTypes.Default));

    private readonly ImmutableDictionary<string, RoutingRules> byName = rules.ToImmutableDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>The kinds.</summary>
    public ImmutableArray<RoutingRules> Rules => rules;

    /// <summary>Routers of all kinds on one cluster.</summary>
    /// <param name="objects">Where routing objects are read.</param>
    /// <param name="client">Writes them.</param>
    /// <param name="events">Told what was changed.</param>
    public IEnumerable<ITrafficRouter> On(IRoutingObjects objects, IKubeClient client, IEventSink events) =>
        rules.Select(r => new ObjectRouter(r, objects, client, events));

    /// <summary>The objects that the routers of a Rollout look at; none for a Rollout without routers, or with others only.</summary>
    public ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return [.. Of(rollout).SelectMany(r => r.References(rollout))];
    }

    /// <summary>Compares routing objects with a plan, for a look that changes nothing.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="plan">How to share out the traffic.</param>
    /// <param name="objects">The routing objects.</param>
    public TrafficAnswer Ask(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        foreach (var rules in Of(rollout))
        {
            try
            {
                if (!rules.Changes(rollout, plan, objects).IsEmpty)
                    return new TrafficAnswer(false);
            }
            catch (TrafficRoutingException e)
            {
                return new TrafficAnswer(false) { Problem = $"{rules.Name}: {e.Message}" };
            }
        }

        return new TrafficAnswer(true);
    }

    private IEnumerable<RoutingRules> Of(Rollout rollout) => rollout.Spec.Canary?.TrafficRouting is { } routing
        ? TrafficRouters.NamesOf(routing).Select(name => byName.GetValueOrDefault(name)).OfType<RoutingRules>()
        : [];
}
