using System.Collections.Immutable;
using System.Globalization;
using Bascule.Kube;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Runtime;

/// <summary>The life of one pod that has no process, as its annotations script it.</summary>
internal sealed class SimulatedPod(IKubeClient client, TimeProvider time, KubeObject pod, string address) : IDisposable
{
    private static readonly TimeSpan s_restartDelay = TimeSpan.FromSeconds(10);

    // Guards what follows: timers and the informer call from different threads.
    private readonly Lock gate = new();
    private readonly PodPublisher publisher = new(client, pod, time);
    private readonly CancellationTokenSource gone = new();
    private readonly DateTimeOffset begun = time.GetUtcNow();
    private readonly ImmutableArray<ContainerSpec> containers = ContainerSpec.Of(pod, init: false);
    private readonly int exitCode = int.TryParse(pod.Annotations.GetValueOrDefault(SimulatedPodRuntime.ExitCodeAnnotation, "0"), CultureInfo.InvariantCulture, out var code) ? code : 0;
    private Conditions conditions = Conditions.Read(default);
    private ITimer? timer;
    private int restarts;

    public void Begin()
    {
        Publish(ready: false);
        After(Delay(SimulatedPodRuntime.ReadyAfterAnnotation), BecomeReady);
        if (pod.DeletionTimestamp is not null)
            End();
    }

    public void End()
    {
        lock (gate)
            timer?.Dispose();
        _ = DeleteAsync();
    }

    public void Dispose()
    {
        lock (gate)
            timer?.Dispose();
        gone.Cancel();
    }

    private void BecomeReady()
    {
        Publish(ready: true);
        if (containers.Any(c => c.Restart != RestartPolicy.Always))
            After(Delay(SimulatedPodRuntime.EndsAfterAnnotation), Finish);
    }

    private void Finish()
    {
        var now = time.GetUtcNow();
        Publish(ready: false, new EndedRun(exitCode, exitCode == 0 ? "Completed" : "Error", "", begun, now, Id("")));
        if (exitCode == 0 || containers.All(c => c.Restart != RestartPolicy.OnFailure))
            return;
        restarts++;
        After(s_restartDelay, BecomeReady);
    }

    /// <summary>The seconds that an annotation asks for; infinite for anything that is no number.</summary>
    private TimeSpan Delay(string annotation) =>
        double.TryParse(pod.Annotations.GetValueOrDefault(annotation, "0"), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan;

    private void After(TimeSpan delay, Action next)
    {
        if (delay == TimeSpan.Zero)
        {
            next();
            return;
        }

        lock (gate)
        {
            timer?.Dispose();
            timer = gone.IsCancellationRequested ? null : time.CreateTimer(_ => next(), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Publish(bool ready, EndedRun? ended = null)
    {
        lock (gate)
        {
            var state = new PodState(pod, address, begun, [], [.. containers.Select(s => (s, Status(s, ready, ended)))]);
            (var status, conditions) = PodStatusBuilder.Build(state, conditions, time.GetUtcNow());
            _ = publisher.Publish(status, gone.Token);
        }
    }

    private ContainerStatus Status(ContainerSpec container, bool ready, EndedRun? ended) => new(container.Name, container.Image)
    {
        RunningSince = ended is null ? begun : null,
        Ended = ended is null ? null : ended with { Id = Id(container.Name) },
        IsStarted = ended is null,
        IsReady = ready,
        Restarts = restarts,
        Id = Id(container.Name),
    };

    private string Id(string container) => $"simulated://{pod.Uid}-{container}";

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
