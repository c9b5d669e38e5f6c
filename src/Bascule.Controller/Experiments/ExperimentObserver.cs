using System.Collections.Immutable;
using Bascule.Api.Experiments;
using Bascule.Controller.Rollouts;
using Bascule.Engine.Experiments;
using Bascule.Engine.Rollouts;
using Bascule.Kube;

namespace Bascule.Controller.Experiments;

/// <summary>Gathers from a cache what one decision about an Experiment looks at.</summary>
/// <param name="cache">Where to look.</param>
/// <param name="instanceId">The controller's instance id; null for the controller that has none (RT-1).</param>
public sealed class ExperimentObserver(IObjectCache cache, string? instanceId = null)
{
    /// <summary>The types that an observation is made of.</summary>
    public static ImmutableArray<ResourceType> Types { get; } =
    [
        ArgoResources.Experiments,
        ResourceTypes.ReplicaSets,
        ResourceTypes.Services,
        ArgoResources.AnalysisRuns,
        ArgoResources.AnalysisTemplates,
        ArgoResources.ClusterAnalysisTemplates,
    ];

    /// <summary>Everything about an Experiment; null when the cache does not hold it or another instance is responsible.</summary>
    /// <param name="key">The Experiment.</param>
    /// <param name="lookedUp">What was read past the cache in this pass.</param>
    /// <param name="now">The time of the pass.</param>
    public ExperimentObservation? Observe(ObjectKey key, ImmutableHashSet<LookUp> lookedUp, DateTimeOffset now)
    {
        if (cache.Get(ArgoResources.Experiments, key) is not { } found || !Instances.IsOurs(found, instanceId))
            return null;
        var experiment = found.As(Experiment.Read);
        var replicaSets = ReplicaSets(experiment, found);
        return new ExperimentObservation
        {
            Experiment = experiment,
            ReplicaSets = replicaSets,
            Services = Services(experiment, found, replicaSets),
            AnalysisRuns = AnalysisRuns(experiment, found),
            Templates =
            [
                .. new TemplateClosure(cache, key.Namespace).Of(ExperimentDecider.TemplatesReferenced(experiment)).Select(t => t.View).OfType<TemplateView>(),
            ],
            LookedUp = lookedUp,
            Now = now,
        };
    }

    private ImmutableArray<ReplicaSetView> ReplicaSets(Experiment experiment, KubeObject found) => Views(
        ResourceTypes.ReplicaSets,
        found,
        experiment.Spec.Templates.SelectMany(t => Taken(ResourceTypes.ReplicaSets, found.Namespace, n => ExperimentNames.ReplicaSet(found.Name, t.Name, n))),
        ReplicaSetView.Read);

    private ImmutableArray<AnalysisRunView> AnalysisRuns(Experiment experiment, KubeObject found) => Views(
        ArgoResources.AnalysisRuns,
        found,
        experiment.Spec.Analyses.SelectMany(a => Taken(ArgoResources.AnalysisRuns, found.Namespace, n => ExperimentNames.AnalysisRun(found.Name, a.Name, n))),
        AnalysisRunView.Read);

    private ImmutableArray<ServiceView> Services(Experiment experiment, KubeObject found, ImmutableArray<ReplicaSetView> replicaSets)
    {
        var names = experiment.Spec.Templates.Where(t => t.HasService).SelectMany(t => replicaSets.Select(r => ExperimentNames.Service(t, r.Name))).Distinct();
        var others = names.Select(n => cache.Get(ResourceTypes.Services, new(found.Namespace, n))).OfType<KubeObject>();
        return Views(ResourceTypes.Services, found, others, ServiceView.Read);
    }

    /// <summary>The objects at the names that a new one would try, up to the first name that is free.</summary>
    private IEnumerable<KubeObject> Taken(ResourceType type, string? @namespace, Func<int, string> name)
    {
        for (var collision = 0; cache.Get(type, new(@namespace, name(collision))) is { } taken; collision++)
            yield return taken;
    }

    private ImmutableArray<T> Views<T>(ResourceType type, KubeObject experiment, IEnumerable<KubeObject> namesakes, Func<System.Text.Json.JsonElement, T> read)
        where T : class =>
        [.. cache.OwnedBy(type, experiment.Uid).Concat(namesakes).DistinctBy(o => o.Name).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => o.As(read))];
}
