using System.Globalization;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Api.Json;
using Bascule.Api.Rollouts;
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
    /// <summary>How long until a Rollout that cannot run is looked at again, as its own reconciler does.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

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
        var owner = new ObjectKey(key.Namespace, manager);
        if (Names(cache.Get(ArgoResources.Rollouts, owner)?.As(Rollout.Read), key.Name))
            return null;
        var rollout = (await ReadAsync(owner, cancellationToken))?.As(Rollout.Read);
        if (Names(rollout, key.Name))
            return null;
        if (rollout is not null && !IsInForce(rollout))
            return LookAgain;
        await client.PatchAsync(ResourceTypes.Services, key, GiveBack(service), null, cancellationToken);
        Log.GivenBack(logger, key, manager);
        return null;
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

    private static bool Names(Rollout? rollout, string service) => rollout is not null && RolloutDecider.ServicesReferenced(rollout).Contains(service);

    /// <summary>
    /// What the Rollout wants now has been looked at, and it can run. A slip in a Service's name must not send users to every
    /// version at once: the incumbent gives the Service back although it goes by the spec in nothing else.
    /// </summary>
    private static bool IsInForce(Rollout rollout) =>
        rollout.Status.ObservedGeneration == rollout.Meta.Generation.ToString(CultureInfo.InvariantCulture)
        && rollout.Status.Condition(ConditionTypes.InvalidSpec) is null;

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
