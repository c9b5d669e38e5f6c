using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;

namespace Bascule.Traffic;

/// <summary>Divides requests between versions, by one kind of routing object. Keeps nothing between calls.</summary>
public interface ITrafficRouter
{
    /// <summary>Its field in <c>trafficRouting</c>, or <c>plugins/</c> and the plugin's name.</summary>
    string Name { get; }

    /// <summary>Compares the routing objects with a plan, and verifies the weights where the plan asks and the router can.</summary>
    /// <exception cref="TrafficRoutingException">The routing objects cannot be read, or are not as the Rollout says.</exception>
    Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken);

    /// <summary>Changes the routing objects to what the plan asks; harmless when they already are so.</summary>
    /// <exception cref="TrafficRoutingException">They cannot be changed.</exception>
    Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken);
}
