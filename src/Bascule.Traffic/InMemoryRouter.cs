using System.Collections.Concurrent;
using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Traffic;

/// <summary>
/// A router whose routing object is in memory: for tests and the simulation, which send nobody anywhere but must know
/// where they would be sent.
/// </summary>
/// <param name="name">Whose place it takes.</param>
public sealed class InMemoryRouter(string name) : ITrafficRouter
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), TrafficPlan> _plans = new();

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Asked whether the weights have arrived; answers null when this router cannot verify.</summary>
    public Func<bool?> Verifies { get; set; } = static () => null;

    /// <summary>The plan in force for a Rollout; null when none was ever set.</summary>
    /// <param name="namespace">The Rollout's namespace.</param>
    /// <param name="rollout">The Rollout's name.</param>
    public TrafficPlan? PlanOf(string @namespace, string rollout) => _plans.GetValueOrDefault((@namespace, rollout));

    /// <summary>Puts a plan in force behind the controller's back, or takes it away, as a user does who edits routing objects.</summary>
    public void Edit(string @namespace, string rollout, TrafficPlan? plan)
    {
        if (plan is null)
            _plans.TryRemove((@namespace, rollout), out _);
        else
            _plans[(@namespace, rollout)] = plan;
    }

    /// <inheritdoc/>
    public Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(plan);
        var inForce = PlanOf(rollout.Meta.Namespace, rollout.Name)?.SharesOutLike(plan) == true;
        return Task.FromResult(new TrafficAnswer(inForce) { Verified = inForce && plan.Verify ? Verifies() : null });
    }

    /// <inheritdoc/>
    public Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rollout);
        _plans[(rollout.Meta.Namespace, rollout.Name)] = plan;
        return Task.CompletedTask;
    }
}
