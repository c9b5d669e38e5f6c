using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>
/// Runs Jobs to their end: observes, lets <see cref="JobDecider"/> decide, applies. Like the ReplicaSets' controller it must
/// read its own writes.
/// </summary>
/// <param name="client">Writes pods and statuses.</param>
/// <param name="cache">Must hold Jobs and pods.</param>
/// <param name="events">Told of pods and of ends.</param>
/// <param name="time">For deadlines, back-off and the time to live.</param>
public sealed class JobController(IKubeClient client, IObjectCache cache, IEventSink events, TimeProvider time) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var job = cache.Get(ResourceTypes.Jobs, key);
        await ReleaseOrphansAsync(key, job?.Uid, cancellationToken);
        if (job is null)
            return null;
        if (job.Root.At("spec").Text("completionMode") == "Indexed")
        {
            Tell(job, EventSeverity.Warning, "NotSupported", "spec.completionMode: found Indexed, expected NonIndexed: the sandbox gives pods no index");
            return null;
        }

        var plan = JobDecider.Decide(JobFacts.Of(job), [.. cache.OwnedBy(ResourceTypes.Pods, job.Uid).Select(PodFacts.Of)], time.GetUtcNow());
        await StatusWriter.WriteAsync(client, ResourceTypes.Jobs, job, plan.Status, cancellationToken);
        foreach (var told in plan.Events)
            Tell(job, told.Severity, told.Reason, told.Message);
        foreach (var pod in plan.Release.Concat(plan.Drop))
            await ReleaseAsync(pod.Object, cancellationToken);
        foreach (var pod in plan.Fail.Concat(plan.Drop))
            await DeleteAsync(job, pod, cancellationToken);
        for (var i = 0; i < plan.Create; i++)
            await CreateAsync(job, cancellationToken);
        if (plan.DeleteJob)
            await client.DeleteAsync(ResourceTypes.Jobs, key, new DeleteOptions { PreconditionUid = job.Uid, Propagation = PropagationPolicy.Foreground }, cancellationToken);
        return plan.LookAgainAfter;
    }

    /// <summary>Pods of a Job that is gone wait for nobody's count.</summary>
    private async Task ReleaseOrphansAsync(ObjectKey key, string? uid, CancellationToken cancellationToken)
    {
        var orphans = cache.List(ResourceTypes.Pods, key.Namespace)
            .Where(p => p.ControllerUid is { } owner && owner != uid && WorkloadTriggers.Controller(p, ResourceTypes.Jobs.Kind) == key);
        foreach (var orphan in orphans)
            await ReleaseAsync(orphan, cancellationToken);
    }

    private async Task ReleaseAsync(KubeObject pod, CancellationToken cancellationToken)
    {
        if (!JobFacts.IsTracked(pod))
            return;
        try
        {
            var body = new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = pod.Uid, ["$deleteFromPrimitiveList/finalizers"] = new JsonArray(JobFacts.TrackingFinalizer) },
            };
            await client.PatchAsync(ResourceTypes.Pods, pod.Key, new Patch(PatchType.StrategicMerge, body), subresource: null, cancellationToken);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone, so released.
        }
    }

    private async Task DeleteAsync(KubeObject job, PodFacts pod, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync(ResourceTypes.Pods, pod.Object.Key, new DeleteOptions { PreconditionUid = pod.Object.Uid }, cancellationToken);
            Tell(job, EventSeverity.Normal, "SuccessfulDelete", $"Deleted pod: {pod.Object.Name}");
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // Gone, which is what was wanted.
        }
    }

    private async Task CreateAsync(KubeObject job, CancellationToken cancellationToken)
    {
        var body = PodTemplate.NewPod(ResourceTypes.Jobs, job);
        var metadata = (JsonObject)body["metadata"]!;
        var finalizers = metadata["finalizers"] as JsonArray ?? [];
        finalizers.Add((JsonNode)JobFacts.TrackingFinalizer);
        metadata["finalizers"] = finalizers;
        try
        {
            var pod = await client.CreateAsync(ResourceTypes.Pods, job.Namespace, body, cancellationToken);
            Tell(job, EventSeverity.Normal, "SuccessfulCreate", $"Created pod: {pod.Name}");
        }
        catch (KubeException e)
        {
            Tell(job, EventSeverity.Warning, "FailedCreate", $"Error creating: {e.Message}");
            throw;
        }
    }

    private void Tell(KubeObject job, EventSeverity severity, string reason, string message) =>
        events.Record(new KubeEvent(ObjectReference.To(ResourceTypes.Jobs, job), severity, reason, message));
}
