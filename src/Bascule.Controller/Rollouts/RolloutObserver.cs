using System.Collections.Immutable;
using Bascule.Api;
using Bascule.Api.Experiments;
using Bascule.Api.Rollouts;
using Bascule.Api.Rollouts.Steps;
using Bascule.Engine.Rollouts;
using Bascule.Kube;
using Bascule.Traffic;
using Bascule.Traffic.Alb;
using Bascule.Traffic.Objects;

namespace Bascule.Controller.Rollouts;

/// <summary>
/// Gathers from a cache what one decision looks at. The running controller gives it the informers' cache, a single look
/// (<c>explain</c>) a <see cref="Caches.SnapshotCache"/>; what is decided from equal objects is equal.
/// </summary>
/// <param name="cache">Where to look.</param>
/// <param name="routers">What can share out traffic.</param>
/// <param name="instanceId">The controller's instance id; null for the controller that has none (RT-1).</param>
/// <param name="pods">Where pods come from; null to look at none.</param>
/// <param name="workloads">Where referenced workloads come from; null to look at none.</param>
/// <param name="routing">Where routing objects come from; null for the cache.</param>
/// <param name="targets">Asks load balancers whether they know pods; null to ask none.</param>
public sealed class RolloutObserver(
    IObjectCache cache,
    TrafficRouters routers,
    string? instanceId = null,
    IPodSource? pods = null,
    IWorkloadSource? workloads = null,
    IRoutingSource? routing = null,
    TargetGroupCheck? targets = null)
{
    /// <summary>The types that an observation is made of.</summary>
    public static ImmutableArray<ResourceType> Types { get; } =
    [
        ArgoResources.Rollouts,
        ResourceTypes.ReplicaSets,
        ResourceTypes.Services,
        ArgoResources.AnalysisRuns,
        ArgoResources.Experiments,
        ArgoResources.AnalysisTemplates,
        ArgoResources.ClusterAnalysisTemplates,
    ];

    /// <summary>
    /// Everything about a Rollout, its pods if they matter, and what its routers say of the traffic that it wants; null when the cache does not
    /// hold it or another instance is responsible.
    /// </summary>
    /// <param name="key">The Rollout.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="cancellationToken">Cancels the asking.</param>
    public async Task<RolloutPass?> ObserveAsync(ObjectKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Find(key) is not { } found)
            return null;
        var workload = workloads is not null && found.AsRollout().Spec.WorkloadRef is { } reference
            ? await workloads.FindAsync(key.Namespace, reference, cancellationToken)
            : null;
        var routes = routing is not null && found.AsRollout().Spec.Canary?.TrafficRouting is not null
            ? await routing.ForAsync(found.AsRollout(), cancellationToken)
            : cache;
        var pass = RolloutPass.Of(ObserveObjects(found, workload, routes, routing?.Types ?? RoutingTypes.Default, now));
        if (pods is not null && RolloutDecider.PodsWanted(pass) is { } hashes)
            pass = pass.With(await pods.ReadAsync(key.Namespace, hashes, cancellationToken));
        if (targets is not null && RolloutDecider.TargetsWanted(pass) is { } service)
            pass = pass.WithTargets(await targets.AreRegisteredAsync(pass.Seen.Rollout, service, cancellationToken));
        return RolloutDecider.TrafficWanted(pass) is { } plan ? pass.With(await routers.AskAsync(pass.Seen.Rollout, plan, cancellationToken)) : pass;
    }

    /// <summary>
    /// Everything about a Rollout that the cache holds; null when it does not hold the Rollout or another instance is
    /// responsible.
    /// </summary>
    /// <param name="key">The Rollout.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="catalog">The kinds of routers whose objects the cache may hold.</param>
    public RolloutPass? Observe(ObjectKey key, DateTimeOffset now, RoutingCatalog catalog)
    {
        if (Find(key) is not { } rollout)
            return null;
        var seen = ObserveObjects(rollout, Workload(rollout), cache, catalog.Types, now);
        var pass = RolloutPass.Of(seen with { Routers = [.. catalog.Rules.Select(r => r.Name)] });
        if (cache.Holds(ResourceTypes.Pods) && RolloutDecider.PodsWanted(pass) is { } hashes)
        {
            var found = cache.List(ResourceTypes.Pods, key.Namespace).Where(p => hashes.Contains(p.Labels.GetValueOrDefault(Labels.PodTemplateHash, "")));
            pass = pass.With([.. found.Select(p => p.As(PodView.Read))]);
        }

        return RolloutDecider.TrafficWanted(pass) is { } plan ? pass.With(catalog.Ask(pass.Seen.Rollout, plan, cache)) : pass;
    }

    private KubeObject? Find(ObjectKey key) => cache.Get(ArgoResources.Rollouts, key) is { } found && Instances.IsOurs(found, instanceId) ? found : null;

    private KubeObject? Workload(KubeObject rollout) =>
        rollout.AsRollout().Spec.WorkloadRef is { } reference && LiveWorkloads.TypeOf(reference) is { } type && cache.Holds(type)
            ? cache.Get(type, new(rollout.Namespace, reference.Name))
            : null;

    private RolloutObservation ObserveObjects(KubeObject found, KubeObject? workload, IObjectCache routes, RoutingTypes types, DateTimeOffset now)
    {
        var workloadView = workload?.As(WorkloadView.Read);
        var rollout = RolloutDecider.TakeOver(found.AsRollout(), workloadView);
        var (kindsSeen, routingObjects) = RoutingObjects.Of(rollout, routes, types);
        return new RolloutObservation
        {
            Rollout = rollout,
            Workload = workloadView,
            ReplicaSets = ReplicaSets(rollout, found),
            Services = Services(rollout, found.Namespace),
            AnalysisRuns = AnalysisRuns(rollout, found),
            Experiments = Experiments(rollout, found),
            Templates = Templates(rollout, found.Namespace),
            ChecksTargets = targets is not null,
            Routers = routers.Names,
            Objects = routingObjects,
            KindsSeen = kindsSeen,
            InstanceId = instanceId,
            Now = now,
        };
    }

    private ImmutableArray<ReplicaSetView> ReplicaSets(Rollout rollout, KubeObject found)
    {
        var seen = new SortedList<string, KubeObject>(StringComparer.Ordinal);
        foreach (var owned in cache.OwnedBy(ResourceTypes.ReplicaSets, found.Uid))
            seen[owned.Name] = owned;
        if (rollout.Spec.Selector is { } selector)
        {
            foreach (var orphan in cache.Uncontrolled(ResourceTypes.ReplicaSets, found.Namespace))
            {
                // Without the hash label it can never be adopted (RT-2); informers leave such ReplicaSets out, a live list does not.
                if (orphan.Labels.ContainsKey(Labels.PodTemplateHash) && selector.Matches(orphan.Labels))
                    seen[orphan.Name] = orphan;
            }
        }

        if (cache.Get(ResourceTypes.ReplicaSets, new(found.Namespace, RolloutDecider.NewReplicaSetName(rollout))) is { } namesake)
            seen[namesake.Name] = namesake;
        return [.. seen.Values.Select(r => r.As(ReplicaSetView.Read))];
    }

    private ImmutableArray<ServiceView> Services(Rollout rollout, string? @namespace)
    {
        var services = ImmutableArray.CreateBuilder<ServiceView>();
        foreach (var name in RolloutDecider.ServicesReferenced(rollout))
        {
            if (cache.Get(ResourceTypes.Services, new(@namespace, name)) is { } service)
                services.Add(service.As(ServiceView.Read));
        }

        return services.DrainToImmutable();
    }

    private ImmutableArray<TemplateView> Templates(Rollout rollout, string? @namespace) => RolloutDecider.TemplatesReferenced(rollout) is { IsEmpty: false } named
        ? [.. new TemplateClosure(cache, @namespace).Of(named).Select(t => t.View).OfType<TemplateView>()]
        : [];

    private ImmutableArray<Experiment> Experiments(Rollout rollout, KubeObject found)
    {
        var owned = cache.OwnedBy(ArgoResources.Experiments, found.Uid);
        var mayMake = rollout.Spec.Canary?.Steps.Any(s => s.Part<ExperimentStep>() is not null) == true;
        if (owned.Count == 0 && !mayMake)
            return [];
        var seen = owned.ToDictionary(e => e.Name, StringComparer.Ordinal);
        if (mayMake)
        {
            // One of somebody else may have the name that ours would get (NAME-12).
            foreach (var other in cache.List(ArgoResources.Experiments, found.Namespace))
            {
                if (other.Name.StartsWith(found.Name + "-", StringComparison.Ordinal))
                    seen.TryAdd(other.Name, other);
            }
        }

        return [.. seen.Values.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => e.As(Experiment.Read))];
    }

    private ImmutableArray<AnalysisRunView> AnalysisRuns(Rollout rollout, KubeObject found)
    {
        var owned = cache.OwnedBy(ArgoResources.AnalysisRuns, found.Uid);
        var mayMake = !RolloutDecider.TemplatesReferenced(rollout).IsEmpty;
        if (owned.Count == 0 && !mayMake)
            return [];
        var seen = owned.ToDictionary(r => r.Name, StringComparer.Ordinal);
        if (mayMake)
        {
            // A run of somebody else may have the name that ours would get (NAME-10).
            foreach (var other in cache.List(ArgoResources.AnalysisRuns, found.Namespace))
            {
                if (other.Name.StartsWith(found.Name + "-", StringComparison.Ordinal))
                    seen.TryAdd(other.Name, other);
            }
        }

        return [.. seen.Values.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => r.As(AnalysisRunView.Read))];
    }
}
