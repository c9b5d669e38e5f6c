using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>
/// Keeps as many pods as each ReplicaSet asks for. It must run with reading of its own writes (a
/// <see cref="Bascule.Kube.Queue.WriteTracker"/> in a <see cref="Bascule.Kube.Queue.ReconcileLoop"/>): it remembers nothing
/// of the pods it made.
/// </summary>
/// <param name="client">Writes pods and statuses.</param>
/// <param name="cache">Must hold ReplicaSets and pods.</param>
/// <param name="events">Told of pods created and deleted.</param>
/// <param name="time">For the ages of pods.</param>
public sealed class ReplicaSetController(IKubeClient client, IObjectCache cache, IEventSink events, TimeProvider time) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.ReplicaSets, key) is not { } set)
            return null;
        var now = time.GetUtcNow();
        var plan = ReplicaSetDecider.Decide(set, Candidates(set), now);
        var failure = default(ReplicaFailure);
        KubeException? cause = null;
        try
        {
            plan = await ClaimAsync(set, plan, cancellationToken);
            await CreateAsync(set, plan.Create, cancellationToken);
            await DeleteAsync(set, plan, cancellationToken);
        }
        catch (KubeException e) when (!e.IsConflict)
        {
            cause = e;
            failure = new ReplicaFailure(plan.Create > 0 ? "FailedCreate" : "FailedDelete", e.Message);
        }

        await StatusWriter.WriteAsync(client, ResourceTypes.ReplicaSets, set, ReplicaSetDecider.Status(set, plan.Owned, failure, now), cancellationToken);
        return cause is null ? ReplicaSetDecider.NextAvailableIn(set, plan.Owned, now) : throw cause;
    }

    /// <summary>Own pods by index, and the orphans of the namespace.</summary>
    private List<PodFacts> Candidates(KubeObject set) =>
        [.. cache.OwnedBy(ResourceTypes.Pods, set.Uid).Concat(cache.Uncontrolled(ResourceTypes.Pods, set.Namespace)).Select(PodFacts.Of)];

    private async Task<ReplicaSetPlan> ClaimAsync(KubeObject set, ReplicaSetPlan plan, CancellationToken cancellationToken)
    {
        foreach (var pod in plan.Release)
            await Ownership.ReleaseAsync(client, set, ResourceTypes.Pods, pod.Object, cancellationToken);
        if (plan.Adopt.IsEmpty)
            return plan;
        if (!await Ownership.MayAdoptAsync(client, ResourceTypes.ReplicaSets, set, cancellationToken))
            return ReplicaSetDecider.Decide(set, [.. plan.Owned.Except(plan.Adopt)], time.GetUtcNow());
        foreach (var pod in plan.Adopt)
            await Ownership.AdoptAsync(client, ResourceTypes.ReplicaSets, set, ResourceTypes.Pods, pod.Object, cancellationToken);
        return plan;
    }

    private async Task CreateAsync(KubeObject set, int count, CancellationToken cancellationToken)
    {
        var about = ObjectReference.To(ResourceTypes.ReplicaSets, set);
        for (var i = 0; i < count; i++)
        {
            try
            {
                var pod = await client.CreateAsync(ResourceTypes.Pods, set.Namespace, PodTemplate.NewPod(ResourceTypes.ReplicaSets, set), cancellationToken);
                events.Record(new KubeEvent(about, EventSeverity.Normal, "SuccessfulCreate", $"Created pod: {pod.Name}"));
            }
            catch (KubeException e) when (e.Message.Contains("because it is being terminated", StringComparison.Ordinal))
            {
                // The namespace goes away and takes the set along: nothing to report, nothing to retry.
                return;
            }
            catch (KubeException e)
            {
                events.Record(new KubeEvent(about, EventSeverity.Warning, "FailedCreate", $"Error creating: {e.Message}"));
                throw;
            }
        }
    }

    private async Task DeleteAsync(KubeObject set, ReplicaSetPlan plan, CancellationToken cancellationToken)
    {
        var about = ObjectReference.To(ResourceTypes.ReplicaSets, set);
        foreach (var pod in plan.Delete)
        {
            try
            {
                await client.DeleteAsync(ResourceTypes.Pods, pod.Object.Key, new DeleteOptions { PreconditionUid = pod.Object.Uid }, cancellationToken);
                events.Record(new KubeEvent(about, EventSeverity.Normal, "SuccessfulDelete", $"Deleted pod: {pod.Object.Name}"));
            }
            catch (KubeException e) when (e.IsNotFound)
            {
                // Somebody was faster; the pod is gone, which is what was wanted.
            }
            catch (KubeException e)
            {
                events.Record(new KubeEvent(about, EventSeverity.Warning, "FailedDelete", $"Error deleting: {e.Message}"));
                throw;
            }
        }
    }
}
