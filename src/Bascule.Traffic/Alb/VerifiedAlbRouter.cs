using Bascule.Api.Rollouts;
using Bascule.Engine.Rollouts.Traffic;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Traffic.Alb;

/// <summary>The router of the AWS load balancer controller where AWS is asked whether it has taken the weights.</summary>
/// <param name="router">Sets the weights.</param>
/// <param name="verification">Asks AWS.</param>
/// <param name="objects">Where the Ingresses are read.</param>
/// <param name="ingresses">Their type.</param>
internal sealed class VerifiedAlbRouter(ITrafficRouter router, AlbVerification verification, IRoutingObjects objects, ResourceType ingresses) : ITrafficRouter
{
    /// <inheritdoc/>
    public string Name => router.Name;

    /// <inheritdoc/>
    public async Task<TrafficAnswer> AskAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var answer = await router.AskAsync(rollout, plan, cancellationToken);
        return answer.InForce
            ? await verification.AskAsync(rollout, plan, await objects.OpenAsync([ingresses], cancellationToken), cancellationToken)
            : answer with { Albs = rollout.Status.Albs };
    }

    /// <inheritdoc/>
    public Task SetAsync(Rollout rollout, TrafficPlan plan, CancellationToken cancellationToken) => router.SetAsync(rollout, plan, cancellationToken);
}
