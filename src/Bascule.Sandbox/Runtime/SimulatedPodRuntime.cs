using System.Collections.Concurrent;
using System.Net;
using Bascule.Kube;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// Pretends to run pods: each becomes ready after the seconds that its annotation <see cref="ReadyAfterAnnotation"/> asks
/// for (at once without it, never with <c>never</c>), and ends at once when it is deleted. Pods that are not restarted
/// always then end after <see cref="EndsAfterAnnotation"/> with <see cref="ExitCodeAnnotation"/>.
/// </summary>
internal sealed class SimulatedPodRuntime(IKubeClient client, TimeProvider time) : IPodRuntime
{
    /// <summary>Seconds from start to readiness, or <c>never</c>.</summary>
    public const string ReadyAfterAnnotation = "sandbox.bascule.dev/ready-after";

    /// <summary>Seconds from readiness to the end of the containers, or <c>never</c>; 0 when absent.</summary>
    public const string EndsAfterAnnotation = "sandbox.bascule.dev/ends-after";

    /// <summary>What the containers end with; 0 when absent.</summary>
    public const string ExitCodeAnnotation = "sandbox.bascule.dev/exit-code";

    private readonly ConcurrentDictionary<string, SimulatedPod> pods = new();
    private int addresses;

    /// <inheritdoc/>
    public void Observe(KubeObject pod)
    {
        if (pods.TryGetValue(pod.Uid, out var known))
        {
            if (pod.DeletionTimestamp is not null)
                known.End();
            return;
        }

        var number = Interlocked.Increment(ref addresses);
        var life = new SimulatedPod(client, time, pod, new IPAddress([127, (byte)(128 + ((number >> 16) & 0x7f)), (byte)(number >> 8), (byte)number]).ToString());
        pods[pod.Uid] = life;
        life.Begin();
    }

    /// <inheritdoc/>
    public void Forget(KubeObject pod)
    {
        if (pods.TryRemove(pod.Uid, out var life))
            life.Dispose();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var life in pods.Values)
            life.Dispose();
        return ValueTask.CompletedTask;
    }
}
