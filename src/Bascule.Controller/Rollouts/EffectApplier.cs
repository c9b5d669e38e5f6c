using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Api;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Traffic;

namespace Bascule.Controller.Rollouts;

/// <summary>
/// Carries out the effects of one decision about one Rollout. Every write is guarded by what the decision had seen, so a
/// refusal never means harm: somebody else was faster, or the cache was behind.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="routers">What shares out traffic.</param>
/// <param name="events">Where events go.</param>
/// <param name="time">Waits before a write to a pod is tried again.</param>
/// <param name="rollout">The Rollout that the decision was about, as it was seen.</param>
public sealed class EffectApplier(IKubeClient client, TrafficRouters routers, IEventSink events, TimeProvider time, KubeObject rollout)
{
    /// <summary>Carries out effects in order and stops at the first that does not succeed.</summary>
    /// <returns>True when all were carried out; false when the world has moved on: look again.</returns>
    /// <exception cref="ReplicaSetRefusedException">The server does not want a new ReplicaSet (NAME-3).</exception>
    /// <exception cref="TrafficRoutingException">A router cannot carry out a plan (TR-22).</exception>
    /// <exception cref="KubeException">The server refused for a reason that looking again does not cure.</exception>
    public async Task<bool> ApplyAsync(IEnumerable<Effect> effects, CancellationToken cancellationToken)
    {
        var write = new Write(client, routers, events, new PodWrites(client, time, rollout.Namespace), rollout, cancellationToken);
        foreach (var effect in effects)
        {
            try
            {
                if (!await effect.Match(write))
                    return false;
            }
            catch (KubeException e) when (e.IsConflict || e.IsAlreadyExists || e.IsNotFound)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One method per effect; false means: look again.</summary>
    private sealed class Write(IKubeClient client, TrafficRouters routers, IEventSink events, PodWrites pods, KubeObject rollout, CancellationToken cancellationToken) : IEffectCases<Task<bool>>
    {
        public async Task<bool> CreateReplicaSet(CreateReplicaSet effect)
        {
            try
            {
                return await Create(ResourceTypes.ReplicaSets, effect.Body);
            }
            catch (KubeException e) when (e.IsRefusal)
            {
                throw new ReplicaSetRefusedException(effect.Name, e);
            }
        }

        public Task<bool> ScaleReplicaSet(ScaleReplicaSet effect) => Patch(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);

        public Task<bool> PatchReplicaSet(PatchReplicaSet effect) => Patch(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);

        public async Task<bool> AdoptReplicaSet(AdoptReplicaSet effect)
        {
            var current = await client.GetAsync(ArgoResources.Rollouts, rollout.Key, cancellationToken);
            return current.Uid == effect.RolloutUid && current.DeletionTimestamp is null
                && await Patch(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);
        }

        public Task<bool> ReleaseReplicaSet(ReleaseReplicaSet effect) => Patch(ResourceTypes.ReplicaSets, effect.Name, effect.Patch);

        public Task<bool> DeleteReplicaSet(DeleteReplicaSet effect) => Delete(
            ResourceTypes.ReplicaSets, effect.Name, new DeleteOptions { PreconditionUid = effect.Uid, PreconditionResourceVersion = effect.ResourceVersion });

        public async Task<bool> PatchPods(PatchPods effect)
        {
            await pods.PatchAsync(effect.Pods, cancellationToken);
            return true;
        }

        public async Task<bool> EvictPods(EvictPods effect) =>
            await pods.EvictAsync(effect.Pods, effect.Most, cancellationToken) == 0 || !effect.EndsPass;

        public async Task<bool> ScaleWorkload(ScaleWorkload effect)
        {
            try
            {
                return await Patch(ResourceTypes.Deployments, effect.Name, effect.Patch);
            }
            catch (KubeException e) when (e.IsRefusal)
            {
                // The release does not depend on it, and it is tried again with the next pass that has a reason to.
                return await EmitEvent(new EmitEvent(true, EventReasons.ScaleWorkloadError, $"Deployment {effect.Name} could not be scaled from {effect.From} to {effect.To}: {e.Message}"));
            }
        }

        public Task<bool> PatchRollout(PatchRollout effect) => Patch(ArgoResources.Rollouts, rollout.Name, effect.Patch);

        public Task<bool> PatchRolloutStatus(PatchRolloutStatus effect) => Patch(ArgoResources.Rollouts, rollout.Name, effect.Patch, "status");

        public Task<bool> SwitchService(SwitchService effect) => Patch(ResourceTypes.Services, effect.Name, effect.Patch);

        public async Task<bool> SetTraffic(SetTraffic effect)
        {
            try
            {
                await routers.SetAsync(rollout.AsRollout(), effect.Plan, effect.Without, cancellationToken);
                return true;
            }
            catch (TrafficRoutingException e) when (e.IsNotServed)
            {
                // It was served a moment ago; the next look says so.
                return false;
            }
            catch (TrafficRoutingException e)
            {
                await EmitEvent(new EmitEvent(true, e.Reason, e.Message));
                throw;
            }
        }

        public Task<bool> CreateAnalysisRun(CreateAnalysisRun effect) => Create(ArgoResources.AnalysisRuns, effect.Body);

        public Task<bool> TerminateAnalysisRun(TerminateAnalysisRun effect) => Patch(ArgoResources.AnalysisRuns, effect.Name, effect.Patch);

        public Task<bool> DeleteAnalysisRun(DeleteAnalysisRun effect) =>
            Delete(ArgoResources.AnalysisRuns, effect.Name, new DeleteOptions { PreconditionUid = effect.Uid });

        public Task<bool> CreateExperiment(CreateExperiment effect) => Create(ArgoResources.Experiments, effect.Body);

        public Task<bool> TerminateExperiment(TerminateExperiment effect) => Patch(ArgoResources.Experiments, effect.Name, effect.Patch);

        public Task<bool> DeleteExperiment(DeleteExperiment effect) =>
            Delete(ArgoResources.Experiments, effect.Name, new DeleteOptions { PreconditionUid = effect.Uid });

        public Task<bool> EmitEvent(EmitEvent effect)
        {
            events.Record(new KubeEvent(
                ObjectReference.To(ArgoResources.Rollouts, rollout),
                effect.Warning ? EventSeverity.Warning : EventSeverity.Normal,
                effect.Reason,
                effect.Message));
            return Task.FromResult(true);
        }

        private async Task<bool> Create(ResourceType type, JsonElement body)
        {
            await client.CreateAsync(type, rollout.Namespace, Node(body), cancellationToken);
            return true;
        }

        private async Task<bool> Patch(ResourceType type, string name, JsonElement patch, string? subresource = null)
        {
            await client.PatchAsync(type, new(rollout.Namespace, name), Kube.Patch.MergeOf(patch), subresource, cancellationToken);
            return true;
        }

        private async Task<bool> Delete(ResourceType type, string name, DeleteOptions options)
        {
            await client.DeleteAsync(type, new(rollout.Namespace, name), options, cancellationToken);
            return true;
        }

        private static JsonObject Node(JsonElement element) =>
            JsonObject.Create(element) ?? throw new InvalidOperationException($"an effect's body is {element.ValueKind}, expected a JSON object");
    }
}
