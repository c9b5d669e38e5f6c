using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Controller.Caches;
using Bascule.Engine.Experiments;
using Bascule.Engine.Experiments.Effects;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Controller.Experiments;

/// <summary>What carrying out effects has led to.</summary>
internal enum ExperimentWriteOutcome
{
    /// <summary>Everything was carried out.</summary>
    Done,

    /// <summary>Something was found that the cache did not show: decide again, now.</summary>
    FoundMore,

    /// <summary>The world has moved on: look again a little later.</summary>
    MovedOn,
}

/// <summary>Carries out the effects of the decisions of one pass over one Experiment; every write is guarded by what was seen.</summary>
/// <param name="client">The cluster.</param>
/// <param name="cache">Takes up what is read past the cache.</param>
/// <param name="events">Where events go.</param>
/// <param name="experiment">The Experiment as it was seen.</param>
/// <param name="cancellationToken">Ends the pass.</param>
internal sealed class ExperimentWrites(
    IKubeClient client, FresherCache cache, IEventSink events, KubeObject experiment, CancellationToken cancellationToken) : IExperimentEffectCases<Task<ExperimentWriteOutcome>>
{
    private static readonly Task<ExperimentWriteOutcome> s_done = Task.FromResult(ExperimentWriteOutcome.Done);

    /// <summary>What was read past the cache on request.</summary>
    public ImmutableHashSet<LookUp> LookedUp { get; private set; } = [];

    /// <summary>Carries out effects in order and stops at the first that does not succeed; requests to read are all carried out.</summary>
    /// <exception cref="ExperimentRefusedException">The server does not want one of them.</exception>
    /// <exception cref="KubeException">The server failed in a way that says nothing about the effect.</exception>
    public async Task<ExperimentWriteOutcome> ApplyAsync(IEnumerable<ExperimentEffect> effects)
    {
        var asked = LookedUp.Count;
        foreach (var effect in effects)
        {
            try
            {
                var outcome = await effect.Match(this);
                if (outcome != ExperimentWriteOutcome.Done)
                    return outcome;
            }
            catch (KubeException e) when (e.IsConflict || e.IsNotFound)
            {
                return ExperimentWriteOutcome.MovedOn;
            }
            catch (KubeException e) when (e.Code is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity)
            {
                // The server understood and said no; timeouts and overload are not the effect's fault.
                throw new ExperimentRefusedException(effect, e);
            }
        }

        return LookedUp.Count > asked ? ExperimentWriteOutcome.FoundMore : ExperimentWriteOutcome.Done;
    }

    public async Task<ExperimentWriteOutcome> LookPastCache(LookPastCache effect)
    {
        var (type, key) = effect.What.Kind switch
        {
            LookUpKind.AnalysisRun => (ArgoResources.AnalysisRuns, new ObjectKey(experiment.Namespace, effect.What.Name)),
            LookUpKind.AnalysisTemplate => (ArgoResources.AnalysisTemplates, new ObjectKey(experiment.Namespace, effect.What.Name)),
            LookUpKind.ClusterAnalysisTemplate => (ArgoResources.ClusterAnalysisTemplates, new ObjectKey(null, effect.What.Name)),
        };
        await ReadAsync(type, key);
        LookedUp = LookedUp.Add(effect.What);
        return ExperimentWriteOutcome.Done;
    }

    public Task<ExperimentWriteOutcome> CreateReplicaSet(CreateExperimentReplicaSet effect) => CreateAsync(ResourceTypes.ReplicaSets, effect.Name, effect.Body);

    public Task<ExperimentWriteOutcome> ScaleReplicaSet(ScaleExperimentReplicaSet effect) => PatchAsync(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);

    public Task<ExperimentWriteOutcome> DelayScaleDown(DelayScaleDown effect) => PatchAsync(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);

    public Task<ExperimentWriteOutcome> CreateService(CreateExperimentService effect) => CreateAsync(ResourceTypes.Services, effect.Name, effect.Body);

    public async Task<ExperimentWriteOutcome> DeleteService(DeleteExperimentService effect)
    {
        try
        {
            await client.DeleteAsync(ResourceTypes.Services, new(experiment.Namespace, effect.Name), new DeleteOptions { PreconditionUid = effect.Uid }, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Somebody else deleted it, which is as good.
        }

        return ExperimentWriteOutcome.Done;
    }

    public Task<ExperimentWriteOutcome> StartRun(StartExperimentRun effect) => CreateAsync(ArgoResources.AnalysisRuns, effect.Name, effect.Body);

    public Task<ExperimentWriteOutcome> EndRun(EndExperimentRun effect) => PatchAsync(ArgoResources.AnalysisRuns, effect.Name, effect.Patch);

    // Experiments have no status subresource (RT-20).
    public Task<ExperimentWriteOutcome> PatchStatus(PatchExperimentStatus effect) => PatchAsync(ArgoResources.Experiments, experiment.Name, effect.Patch);

    public Task<ExperimentWriteOutcome> EmitEvent(EmitExperimentEvent effect)
    {
        var about = effect.About is { } rollout
            ? new ObjectReference(ArgoResources.Rollouts, new(experiment.Namespace, rollout.Name), rollout.Uid, "")
            : ObjectReference.To(ArgoResources.Experiments, experiment);
        events.Record(new(about, effect.Warning ? EventSeverity.Warning : EventSeverity.Normal, effect.Reason, effect.Message));
        return s_done;
    }

    private async Task<ExperimentWriteOutcome> CreateAsync(ResourceType type, string name, JsonElement body)
    {
        try
        {
            await client.CreateAsync(type, experiment.Namespace, Node(body), cancellationToken);
            return ExperimentWriteOutcome.Done;
        }
        catch (KubeException e) when (e.IsAlreadyExists)
        {
            // The cache is behind, or never shows the object because its informer leaves it out: waiting may not help.
            await ReadAsync(type, new(experiment.Namespace, name));
            return ExperimentWriteOutcome.FoundMore;
        }
    }

    private async Task<ExperimentWriteOutcome> PatchAsync(ResourceType type, string name, JsonElement patch)
    {
        await client.PatchAsync(type, new(experiment.Namespace, name), Patch.Merge(Node(patch)), null, cancellationToken);
        return ExperimentWriteOutcome.Done;
    }

    private async Task ReadAsync(ResourceType type, ObjectKey key)
    {
        try
        {
            cache.Add(type, await client.GetAsync(type, key, cancellationToken));
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // That it is not there is the answer.
        }
    }

    private static JsonObject Node(JsonElement element) =>
        JsonObject.Create(element) ?? throw new InvalidOperationException($"an effect's body is {element.ValueKind}, expected a JSON object");
}
