using System.Text.Json.Nodes;
using Bascule.Kube;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Runtime;

/// <summary>Gives each pod to the only node.</summary>
/// <param name="client">Writes pods.</param>
/// <param name="cache">Must hold pods.</param>
/// <param name="events">Told of assignments.</param>
internal sealed class PodScheduler(IKubeClient client, IObjectCache cache, IEventSink events) : IReconciler
{
    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cache.Get(ResourceTypes.Pods, key) is not { } pod || !IsWaiting(pod))
            return null;
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Uid },
            ["spec"] = new JsonObject { ["nodeName"] = SandboxNode.Name },
        };
        await client.PatchAsync(ResourceTypes.Pods, key, Patch.Merge(body), subresource: null, cancellationToken);
        events.Record(new KubeEvent(ObjectReference.To(ResourceTypes.Pods, pod), EventSeverity.Normal, "Scheduled", $"Successfully assigned {key} to {SandboxNode.Name}"));
        return null;
    }

    /// <summary>Whether the pod has no node yet and may get one.</summary>
    public static bool IsWaiting(KubeObject pod) =>
        pod.DeletionTimestamp is null && string.IsNullOrEmpty(pod.Root.At("spec").Text("nodeName")) && !pod.Root.At("spec").Items("schedulingGates").Any();
}
