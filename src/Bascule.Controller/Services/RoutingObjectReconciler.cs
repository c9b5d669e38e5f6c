using Bascule.Kube;
using Bascule.Traffic.Objects;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Services;

/// <summary>
/// Gives routing objects of one kind back to their users when the Rollout that managed them is gone or does not name them any
/// more (GC-9 to GC-11). Reads them live: it is asked when a Rollout lets go of one, and when the controller begins.
/// </summary>
/// <param name="managed">The kind.</param>
/// <param name="client">The cluster.</param>
/// <param name="cache">Where to look for Rollouts.</param>
/// <param name="logger">Told what was given back.</param>
public sealed partial class RoutingObjectReconciler(ManagedObjects managed, IKubeClient client, IObjectCache cache, ILogger<RoutingObjectReconciler> logger) : IReconciler
{
    private readonly ManagerCheck _managers = new(client, cache);

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        KubeObject found;
        try
        {
            found = await client.GetAsync(managed.Type, key, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            return null;
        }

        var (gone, unsettled) = (new List<string>(), false);
        foreach (var manager in managed.ManagersOf(found))
        {
            var manages = await _managers.ManagesAsync(new(key.Namespace, manager), rollout => managed.NamedBy(rollout).Contains(key.Name), cancellationToken);
            if (manages is false)
                gone.Add(manager);
            unsettled |= manages is null;
        }

        if (gone.Count > 0)
        {
            await managed.GiveBackAsync(client, found, gone, cancellationToken);
            Log.GivenBack(logger, managed.Type.Kind, key, string.Join(", ", gone));
        }

        return unsettled ? ManagerCheck.LookAgain : null;
    }

    private static partial class Log
    {
        [LoggerMessage(2210, LogLevel.Information, "{Kind} {Key}: given back, rollout {Rollouts} does not name it any more")]
        public static partial void GivenBack(ILogger logger, string kind, ObjectKey key, string rollouts);
    }
}
