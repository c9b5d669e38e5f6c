using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Istio;

namespace Bascule.Traffic.Objects;

/// <summary>The kinds of routers that work by objects, and what Rollouts have to do with them.</summary>
/// <param name="types">In which versions of the API.</param>
public sealed class RoutingCatalog(RoutingTypes types)
{
    /// <summary>The kinds in the versions of the API that the incumbent uses.</summary>
    public static RoutingCatalog BuiltIn { get; } = new(RoutingTypes.Default);

    private readonly ImmutableDictionary<string, RoutingRules> byName = BuiltInRouters.Rules(types).ToImmutableDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>The types of the objects.</summary>
    public RoutingTypes Types => types;

    /// <summary>The kinds.</summary>
    public IEnumerable<RoutingRules> Rules => byName.Values;

    /// <summary>The kinds of objects that are given back to their users.</summary>
    public ImmutableArray<ManagedObjects> Managed { get; } = [new ManagedDestinationRules(types), new ManagedAlbIngresses(types)];

    /// <summary>Routers of all kinds on one cluster.</summary>
    /// <param name="objects">Where routing objects are read.</param>
    /// <param name="client">Writes them.</param>
    /// <param name="events">Told what was changed.</param>
    /// <param name="aws">Verifies the weights of load balancers; null to take them as verified by nobody (TR-ALB-14).</param>
    public IEnumerable<ITrafficRouter> On(IRoutingObjects objects, IKubeClient client, IEventSink events, LoadBalancerChecks? aws = null) =>
        from rules in Rules
        let router = new ObjectRouter(rules, objects, client, events)
        select rules is AlbRules && aws is not null ? new VerifiedAlbRouter(router, new AlbVerification(aws, types.Ingresses, events), objects, types.Ingresses) : (ITrafficRouter)router;

    /// <summary>The objects that the routers of a Rollout look at; none for a Rollout without routers, or with others only.</summary>
    public ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return [.. Of(rollout).SelectMany(r => r.References(rollout))];
    }

    /// <summary>Compares routing objects with a plan, for a look that changes nothing.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="plan">How to share out the traffic.</param>
    /// <param name="objects">The routing objects; what it does not hold, the cluster does not serve.</param>
    public TrafficAnswer Ask(Rollout rollout, TrafficPlan plan, IObjectCache objects)
    {
        var all = new TrafficAnswer(true);
        foreach (var rules in Of(rollout))
        {
            try
            {
                if (rules.References(rollout).FirstOrDefault(r => !objects.Holds(r.Type)) is { Type: { } missing })
                    throw TrafficRoutingException.NotServed(missing);
                all = all with { InForce = all.InForce && rules.Changes(rollout, plan, objects).IsEmpty };
            }
            catch (TrafficRoutingException e) when (e.IsNotServed)
            {
                all = all with { Unserved = all.Unserved.Add(new UnservedRouter(rules.Name, e.Message)) };
            }
            catch (TrafficRoutingException e)
            {
                all = all with { InForce = false, Problem = all.Problem ?? $"{rules.Name}: {e.Message}" };
            }
        }

        return all;
    }

    private IEnumerable<RoutingRules> Of(Rollout rollout) => rollout.Spec.Canary?.TrafficRouting is { } routing
        ? TrafficRouters.NamesOf(routing).Select(name => byName.GetValueOrDefault(name)).OfType<RoutingRules>()
        : [];
}
