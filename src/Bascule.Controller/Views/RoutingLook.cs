using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
using Bascule.Controller.Caches;
using Bascule.Kube;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Views;

/// <summary>Reads the routing objects of a Rollout for a single look, by somebody who need not know how the controller was started.</summary>
public static class RoutingLook
{
    /// <summary>
    /// Adds the routing objects of a Rollout to a cache. A kind that is not served in the version of the catalog is read in
    /// the one that its definition names, unless the controller says in the Rollout that it cannot: then it was started
    /// with the wrong version, and the look must show the same.
    /// </summary>
    /// <param name="cache">Where they are added.</param>
    /// <param name="client">The cluster.</param>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="catalog">The kinds of routers, in the versions to look at first.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The kinds of routers in the versions that were read.</returns>
    /// <exception cref="KubeException">The server refused.</exception>
    public static async Task<RoutingCatalog> ReadAsync(SnapshotCache cache, IKubeClient client, Rollout rollout, RoutingCatalog catalog, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(rollout);
        ArgumentNullException.ThrowIfNull(catalog);
        await AddAsync(cache, client, rollout, catalog, cancellationToken);
        if (rollout.Status.Condition(ConditionTypes.TrafficRoutingReady) is not null)
            return catalog;
        var served = new Dictionary<ResourceType, ResourceType>();
        foreach (var type in catalog.References(rollout).Select(r => r.Type).Where(t => !cache.Holds(t)).Distinct())
        {
            if (await VersionOfAsync(client, type, cancellationToken) is { } version)
                served[type] = type with { Version = version };
        }

        if (served.Count == 0)
            return catalog;
        catalog = new RoutingCatalog(catalog.Types.Replaced(type => served.GetValueOrDefault(type, type)));
        await AddAsync(cache, client, rollout, catalog, cancellationToken);
        return catalog;
    }

    private static async Task AddAsync(SnapshotCache cache, IKubeClient client, Rollout rollout, RoutingCatalog catalog, CancellationToken cancellationToken)
    {
        foreach (var (type, space) in catalog.References(rollout).Select(r => (r.Type, r.Namespace)).Distinct())
            await cache.AddAsync(client, type, space, cancellationToken);
    }

    /// <summary>The version that is stored, or else the first that is served; null where there is no definition or it may not be read.</summary>
    private static async Task<string?> VersionOfAsync(IKubeClient client, ResourceType type, CancellationToken cancellationToken)
    {
        try
        {
            var definition = await client.GetAsync(ResourceTypes.CustomResourceDefinitions, new(null, type.ToString()), cancellationToken);
            return definition.Root.Member("spec").Items("versions").Where(v => v.Bool("served") == true).OrderByDescending(v => v.Bool("storage") == true).FirstOrDefault().Text("name");
        }
        catch (KubeException e) when (e.IsNotFound || e.IsRefusal)
        {
            return null;
        }
    }
}
