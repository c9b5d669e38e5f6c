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
    /// <returns>In force when it is for all that can be asked; verified when no router that can tell denies it. When one does not know, that alone is said.</returns>
    public async Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var all = new TrafficAnswer(true);
        TrafficAnswer? unknown = null;
        foreach (var router in Of(rollout))
        {
            TrafficAnswer one;
            try
            {
                one = await router.AskAsync(rollout, plan, cancellationToken);
            }
            catch (TrafficRoutingException e) when (e.IsNotServed)
            {
                all = all with { Unserved = all.Unserved.Add(new UnservedRouter(router.Name, e.Message)) };
                continue;
            }
            catch (TrafficRoutingException e)
            {
                unknown ??= new TrafficAnswer(false) { Problem = $"{router.Name}: {e.Message}", ProblemReason = e.Reason };
                continue;
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

        return unknown is null ? all : unknown with { Unserved = all.Unserved };
    }

    /// <summary>Has the routers of the Rollout carry out a plan; the first that cannot ends it.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="plan">How to share out the traffic.</param>
    /// <param name="without">Routers to leave out.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    /// <exception cref="TrafficRoutingException">A router cannot.</exception>
    public async Task SetAsync(Rollout rollout, TrafficPlan plan, ImmutableArray<UnservedRouter> without, CancellationToken cancellationToken)
    {
        foreach (var router in Of(rollout).Where(r => without.All(u => u.Name != r.Name)))
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
