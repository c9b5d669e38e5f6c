using Bascule.Api.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>Where the routing objects of a Rollout come from.</summary>
public interface IRoutingSource
{
    /// <summary>A cache that holds the types of the Rollout's routing objects, as far as the cluster serves them.</summary>
    Task<IObjectCache> ForAsync(Rollout rollout, CancellationToken cancellationToken);
}
