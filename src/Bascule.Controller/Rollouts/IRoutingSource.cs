using Bascule.Api.Rollouts;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Rollouts;

/// <summary>Where the routing objects of a Rollout come from.</summary>
public interface IRoutingSource
{
    /// <summary>The types of the objects.</summary>
    RoutingTypes Types { get; }

    /// <summary>A cache that holds the types of the Rollout's routing objects, as far as the cluster serves them.</summary>
    Task<IObjectCache> ForAsync(Rollout rollout, CancellationToken cancellationToken);
}
