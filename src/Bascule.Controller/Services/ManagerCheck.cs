using System.Globalization;
using Bascule.Api;
using Bascule.Api.Rollouts;
using Bascule.Controller.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Services;

/// <summary>Whether a Rollout that an object says it is managed by still manages it (GC-7 to GC-11).</summary>
/// <param name="client">Where to make sure before anything is given back.</param>
/// <param name="cache">Where to look first; holds Rollouts.</param>
internal sealed class ManagerCheck(IKubeClient client, IObjectCache cache)
{
    /// <summary>How long until a Rollout that cannot run is looked at again, as its own reconciler does.</summary>
    public static TimeSpan LookAgain { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Asks about a Rollout.</summary>
    /// <param name="manager">The Rollout.</param>
    /// <param name="names">Whether a Rollout names the object.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    /// <returns>True when it manages the object; false when it is gone, or names it no more; null when that is not settled yet.</returns>
    public async Task<bool?> ManagesAsync(ObjectKey manager, Func<Rollout, bool> names, CancellationToken cancellationToken)
    {
        if (cache.Get(ArgoResources.Rollouts, manager)?.AsRollout() is { } cached && names(cached))
            return true;
        if ((await ReadAsync(manager, cancellationToken))?.AsRollout() is not { } rollout)
            return false;
        return names(rollout) ? true : IsInForce(rollout) ? false : null;
    }

    /// <summary>Past the cache: it may be behind, and it holds only the Rollouts of this instance.</summary>
    private async Task<KubeObject?> ReadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(ArgoResources.Rollouts, key, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// What the Rollout wants now has been looked at, and it can run. A slip in a name must not send users to every version at
    /// once: the incumbent gives the object back although it goes by the spec in nothing else.
    /// </summary>
    private static bool IsInForce(Rollout rollout) =>
        rollout.Status.ObservedGeneration == rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture)
        && rollout.Status.Condition(ConditionTypes.InvalidSpec) is null;
}
