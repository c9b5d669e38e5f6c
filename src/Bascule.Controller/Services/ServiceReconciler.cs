using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Microsoft.Extensions.Logging;

namespace Bascule.Controller.Services;

/// <summary>
/// Gives a Service back to its user when the Rollout that managed its selector is gone or does not name it any more (GC-7
/// to GC-10): otherwise it would select one version for ever.
/// </summary>
/// <param name="client">Where to write, and to make sure before that.</param>
/// <param name="cache">Where to read; holds Services and Rollouts.</param>
/// <param name="logger">Told what was given back.</param>
public sealed partial class ServiceReconciler(IKubeClient client, IObjectCache cache, ILogger<ServiceReconciler> logger) : IReconciler
{
    private readonly ManagerCheck _managers = new(client, cache);

    /// <summary>True for a Service whose selector a Rollout manages.</summary>
    public static bool IsManaged(KubeObject service)
    {
        ArgumentNullException.ThrowIfNull(service);
        return service.Annotations.ContainsKey(Annotations.ManagedBy);
    }

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.Services, key) is not { } service || !service.Annotations.TryGetValue(Annotations.ManagedBy, out var manager))
            return null;
        var manages = await _managers.ManagesAsync(new(key.Namespace, manager), rollout => RolloutDecider.ServicesReferenced(rollout).Contains(key.Name), cancellationToken);
        if (manages is not false)
            return manages is null ? ManagerCheck.LookAgain : null;
        await client.PatchAsync(ResourceTypes.Services, key, GiveBack(service), null, cancellationToken);
        Log.GivenBack(logger, key, manager);
        return null;
    }

    private static Patch GiveBack(KubeObject service)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = service.ResourceVersion,
                ["annotations"] = new JsonObject { [Annotations.ManagedBy] = null },
            },
        };
        if (service.Root.Member("spec").Member("selector").Text(Labels.PodTemplateHash) is not null)
            patch["spec"] = new JsonObject { ["selector"] = new JsonObject { [Labels.PodTemplateHash] = null } };
        return Patch.Merge(patch);
    }

    private static partial class Log
    {
        [LoggerMessage(2200, LogLevel.Information, "Service {Key}: given back, rollout {Rollout} does not name it any more")]
        public static partial void GivenBack(ILogger logger, ObjectKey key, string rollout);
    }
}
