using System.Collections.Immutable;
using Bascule.Sandbox.Gateway.Backends;
using Bascule.Sandbox.Gateway.Routing;

namespace Bascule.Sandbox.Gateway.Serving;

/// <summary>A rule made ready to serve: its targets' pools are found, its choices are prepared.</summary>
internal sealed class Route
{
    private readonly ImmutableArray<RouteTarget> _targets;
    private readonly WeightedChoice _choice;

    /// <summary>Prepares a rule.</summary>
    /// <param name="forward">What the rule does.</param>
    /// <param name="pools">Pools of all Services that it names.</param>
    /// <param name="random">Where its choices begin.</param>
    public Route(Forward forward, IReadOnlyDictionary<ServiceRef, BackendPool> pools, Random random)
    {
        Forward = forward;
        _targets = [.. forward.Targets.Select(t => new RouteTarget(forward, t, pools, random))];
        _choice = new WeightedChoice([.. forward.Targets.Select(t => t.Weight)], (ulong)random.NextInt64());
    }

    /// <summary>What the rule says.</summary>
    public Forward Forward { get; }

    /// <summary>Whose turn it is; null when nobody has a weight.</summary>
    public RouteTarget? Choose() => _choice.Next() is >= 0 and var turn ? _targets[turn] : null;
}

/// <summary>One of those who share a rule's requests.</summary>
internal sealed class RouteTarget
{
    /// <summary>Prepares a target.</summary>
    public RouteTarget(Forward forward, WeightedTarget target, IReadOnlyDictionary<ServiceRef, BackendPool> pools, Random random)
    {
        Forward = forward;
        Target = target;
        Pool = pools[target.Service];
        Writer = new MessageWriter(forward.Edits, target.Edits);
        Mirrors = [.. target.Mirrors.Select(m => new RouteMirror(pools[m.Service], new WeightedChoice([m.Share, 1 - m.Share], (ulong)random.NextInt64())))];
    }

    /// <summary>The rule it belongs to.</summary>
    public Forward Forward { get; }

    /// <summary>What the rule says of it.</summary>
    public WeightedTarget Target { get; }

    /// <summary>Its pods.</summary>
    public BackendPool Pool { get; }

    /// <summary>Writes its requests and their answers, with the changes that the rule asks for.</summary>
    public MessageWriter Writer { get; }

    /// <summary>Who gets copies of its requests.</summary>
    public ImmutableArray<RouteMirror> Mirrors { get; }
}

/// <summary>Someone who gets copies.</summary>
/// <param name="Pool">Its pods.</param>
/// <param name="Choice">0 for a request that is copied.</param>
internal sealed record RouteMirror(BackendPool Pool, WeightedChoice Choice);
