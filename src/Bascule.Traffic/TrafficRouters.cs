using System.Collections.Immutable;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Traffic;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Traffic;

/// <summary>All routers that can be driven here. A Rollout that names several has all of them driven, in a fixed order (SPEC-71).</summary>
public sealed class TrafficRouters
{
    private readonly ImmutableSortedDictionary<string, ITrafficRouter> _byName;

    /// <summary>Makes the set.</summary>
    /// <param name="routers">The routers; each name once.</param>
    public TrafficRouters(params IEnumerable<ITrafficRouter> routers) =>
        _byName = routers.ToImmutableSortedDictionary(r => r.Name, r => r, StringComparer.Ordinal);

    /// <summary>No router at all.</summary>
    public static TrafficRouters None { get; } = new();

    /// <summary>Their names, as <see cref="ITrafficRouter.Name"/> gives them.</summary>
    public ImmutableArray<string> Names => [.. _byName.Keys];

    /// <summary>Asks every router of the Rollout about a plan.</summary>
    /// <returns>In force when it is for all; verified when no router that can tell denies it.</returns>
    public async Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var all = new TrafficAnswer(true);
        foreach (var router in Of(rollout))
        {
            TrafficAnswer one;
            try
            {
                one = await router.AskAsync(rollout, plan, cancellationToken);
            }
            catch (TrafficRoutingException e)
            {
                return new TrafficAnswer(false) { Problem = $"{router.Name}: {e.Message}", ProblemReason = e.Reason };
            }

            all = all with
            {
                InForce = all.InForce && one.InForce,
                Verified = all.Verified is false || one.Verified is false ? false : all.Verified ?? one.Verified,
                Problem = all.Problem ?? one.Problem,
                IsVerificationProblem = all.IsVerificationProblem || one.IsVerificationProblem,
                Albs = all.Albs ?? one.Albs,
            };
        }

        return all;
    }

    /// <summary>Has every router of the Rollout carry out a plan; the first that cannot ends it.</summary>
    /// <exception cref="TrafficRoutingException">A router cannot.</exception>
    public async Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        foreach (var router in Of(rollout))
            await router.SetAsync(rollout, plan, cancellationToken);
    }

    /// <summary>The names of the routers that a Rollout has driven, in their order.</summary>
    internal static IEnumerable<string> NamesOf(TrafficRouting routing) => routing.Routers.SelectMany(r => NamesOf(routing, r));

    private IEnumerable<ITrafficRouter> Of(Rollout rollout) =>
        rollout.Spec.Canary?.TrafficRouting is { } routing
            ? NamesOf(routing).Select(name => _byName.GetValueOrDefault(name)).OfType<ITrafficRouter>()
            : [];

    private static IEnumerable<string> NamesOf(TrafficRouting routing, TrafficRouter router) =>
        router == TrafficRouter.Plugins ? routing.Plugins.Keys.Select(p => $"{router.FieldName()}/{p}") : [router.FieldName()];
}
