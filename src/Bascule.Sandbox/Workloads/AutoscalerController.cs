using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Workloads;

/// <summary>Scales what HorizontalPodAutoscalers name, as <see cref="AutoscalerDecider"/> decides.</summary>
/// <param name="client">Writes statuses.</param>
/// <param name="cache">Must hold the autoscalers.</param>
/// <param name="targets">What is scaled.</param>
/// <param name="events">Told of every change of size.</param>
/// <param name="time">The clock.</param>
internal sealed class AutoscalerController(IKubeClient client, IObjectCache cache, ScaleTargets targets, IEventSink events, TimeProvider time) : IReconciler
{
    /// <summary>How soon a target that somebody else resized, or made, is looked at; Kubernetes' own period.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(15);

    /// <summary>How soon the new size is seen in the status.</summary>
    private static readonly TimeSpan s_afterScaling = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.HorizontalPodAutoscalers, key) is not { DeletionTimestamp: null } autoscaler)
            return null;
        var reference = autoscaler.Root.At("spec", "scaleTargetRef");
        var (version, kind, target) = (reference.Text("apiVersion") ?? "", reference.Text("kind") ?? "", new ObjectKey(key.Namespace, reference.Text("name") ?? ""));
        var now = time.GetUtcNow();
        try
        {
            var scale = targets.Read(version, kind, target);
            var plan = AutoscalerDecider.Decide(autoscaler, scale, now);
            if (plan.Replicas is { } replicas)
            {
                targets.Write(version, kind, target, scale, replicas);
                events.Record(new(ObjectReference.To(ResourceTypes.HorizontalPodAutoscalers, autoscaler), EventSeverity.Normal, "SuccessfulRescale", $"New size: {replicas}; reason: {plan.Reason}"));
            }

            await StatusWriter.WriteAsync(client, ResourceTypes.HorizontalPodAutoscalers, autoscaler, plan.Status, cancellationToken);
            return plan.Replicas is null ? s_period : s_afterScaling;
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            await StatusWriter.WriteAsync(client, ResourceTypes.HorizontalPodAutoscalers, autoscaler, AutoscalerDecider.Unreachable(autoscaler, e.Message, now), cancellationToken);
            return s_period;
        }
    }
}
