using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Runtime;

/// <summary>
/// Pretends to run pods: each becomes ready after the seconds that its annotation <see cref="ReadyAfterAnnotation"/> asks
/// for (at once without it, never with <c>never</c>), and ends at once when it is deleted.
/// </summary>
internal sealed class SimulatedPodRuntime(IKubeClient client, TimeProvider time) : IPodRuntime
{
    /// <summary>Seconds from start to readiness, or <c>never</c>.</summary>
    public const string ReadyAfterAnnotation = "sandbox.bascule.dev/ready-after";

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

    private sealed class SimulatedPod(IKubeClient client, TimeProvider time, KubeObject pod, string address) : IDisposable
    {
        private readonly PodPublisher publisher = new(client, pod, time);
        private readonly CancellationTokenSource gone = new();
        private readonly DateTimeOffset begun = time.GetUtcNow();
        private Conditions conditions = Conditions.Read(default);
        private ITimer? timer;

        public void Begin()
        {
            var asked = pod.Annotations.GetValueOrDefault(ReadyAfterAnnotation, "0");
            var delay = double.TryParse(asked, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;
            Publish(ready: delay == TimeSpan.Zero);
            if (delay > TimeSpan.Zero)
                timer = time.CreateTimer(_ => Publish(ready: true), null, delay, Timeout.InfiniteTimeSpan);
            if (pod.DeletionTimestamp is not null)
                End();
        }

        public void End() => _ = DeleteAsync();

        public void Dispose()
        {
            timer?.Dispose();
            gone.Cancel();
        }

        private void Publish(bool ready)
        {
            var containers = ContainerSpec.Of(pod, init: false).Select(s => (s, new ContainerStatus(s.Name, s.Image) { RunningSince = begun, IsStarted = true, IsReady = ready, Id = $"simulated://{pod.Uid}-{s.Name}" }));
            (var status, conditions) = PodStatusBuilder.Build(new PodState(pod, address, begun, ImmutableArray<(ContainerSpec, ContainerStatus)>.Empty, [.. containers]), conditions, time.GetUtcNow());
            _ = publisher.Publish(status, gone.Token);
        }

        private async Task DeleteAsync()
        {
            try
            {
                await client.DeleteAsync(ResourceTypes.Pods, pod.Key, new DeleteOptions { GracePeriodSeconds = 0, PreconditionUid = pod.Uid }, gone.Token);
            }
            catch (Exception e) when (e is KubeException or OperationCanceledException)
            {
                // Gone already, or the sandbox goes.
            }
        }
    }
}
