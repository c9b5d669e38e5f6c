using System.Collections.Immutable;
using Bascule.Api.Rollouts;

namespace Bascule.Traffic.Objects;

/// <summary>The kinds of routers that work by objects, and what Rollouts have to do with them.</summary>
/// <param name="rules">The kinds.</param>
public sealed class RoutingCatalog(ImmutableArray<RoutingRules> rules)
{
    private readonly ImmutableDictionary<string, RoutingRules> byName = rules.ToImmutableDictionary(r => r.Name, StringComparer.Ordinal);

    /// <summary>The kinds.</summary>
    public ImmutableArray<RoutingRules> Rules => rules;

    /// <summary>The objects that the routers of a Rollout look at; none for a Rollout without routers, or with others only.</summary>
    public ImmutableArray<RoutingReference> References(Rollout rollout)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        return rollout.Spec.Canary?.TrafficRouting is { } routing
            ? [.. TrafficRouters.NamesOf(routing).Select(name => byName.GetValueOrDefault(name)).OfType<RoutingRules>().SelectMany(r => r.References(rollout))]
            : [];
    }
}
