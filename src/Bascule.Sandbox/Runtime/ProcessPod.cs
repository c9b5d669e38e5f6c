using System.Collections.Immutable;
using System.Net;
using Bascule.Kube;
using Bascule.Kube.Events;
using Bascule.Sandbox.Workloads;

namespace Bascule.Sandbox.Runtime;

/// <summary>The life of one pod as processes, from its address to its removal from the API.</summary>
internal sealed class ProcessPod : IDisposable
{
    // Guards the latest pod, the conditions and the order of statuses.
    private readonly Lock gate = new();
    private readonly PodContext context;
    private readonly PodPublisher publisher;
    private readonly DateTimeOffset startedAt;
    private readonly TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource abandoned = new();
    private readonly ImmutableArray<ContainerRunner> init;
    private readonly ImmutableArray<ContainerRunner> containers;
    private KubeObject pod;
    private Conditions conditions;

    public ProcessPod(PodContext context, KubeObject pod)
    {
        this.context = context;
        this.pod = pod;
        publisher = new PodPublisher(context.Client, pod, context.Time);
        startedAt = context.Time.GetUtcNow();
        conditions = Conditions.Read(default);
        Address = context.Addresses.Take();
        WorkDirectory = Path.Combine(context.WorkDirectory, pod.Uid);
        init = [.. ContainerSpec.Of(pod, init: true).Select(s => new ContainerRunner(context, this, s))];
        containers = [.. ContainerSpec.Of(pod, init: false).Select(s => new ContainerRunner(context, this, s))];
        Update(pod);
    }

    /// <summary>The pod's own address.</summary>
    public IPAddress Address { get; }

    /// <summary>Where its containers have directories.</summary>
    public string WorkDirectory { get; }

    /// <summary>The pod as last seen.</summary>
    public KubeObject Pod => pod;

    /// <summary>Completes when the pod is to end.</summary>
    public Task Stopping => stopping.Task;

    /// <summary>Cancelled when nothing of the pod may live on.</summary>
    public CancellationToken Abandoned => abandoned.Token;

    /// <summary>How long it may take to end.</summary>
    public TimeSpan GracePeriod => TimeSpan.FromSeconds(
        pod.Root.At("metadata").Int("deletionGracePeriodSeconds") ?? pod.Root.At("spec").Int("terminationGracePeriodSeconds") ?? 30);

    /// <summary>Takes a newer version of the pod: a deletion, or a condition that somebody else set.</summary>
    public void Update(KubeObject newer)
    {
        lock (gate)
            pod = newer;
        if (newer.DeletionTimestamp is not null)
            stopping.TrySetResult();
        else if (newer.Root.At("spec").At("readinessGates").Exists())
            _ = PublishAsync();
    }

    /// <summary>Ends everything at once.</summary>
    public void Abandon() => abandoned.Cancel();

    /// <inheritdoc/>
    public void Dispose() => abandoned.Dispose();

    /// <summary>Tells users something about the pod.</summary>
    public void Tell(EventSeverity severity, string reason, string message) =>
        context.Events.Record(new KubeEvent(ObjectReference.To(ResourceTypes.Pods, pod), severity, reason, message));

    /// <summary>Writes what the containers' states amount to.</summary>
    public Task PublishAsync()
    {
        lock (gate)
        {
            var state = new PodState(pod, Address.ToString(), startedAt, [.. init.Select(r => (r.Spec, r.Status))], [.. containers.Select(r => (r.Spec, r.Status))]);
            (var status, conditions) = PodStatusBuilder.Build(state, conditions, context.Time.GetUtcNow());
            return publisher.Publish(status, Abandoned);
        }
    }

    /// <summary>Lives the pod's life; completes when it left the API or was abandoned.</summary>
    public async Task RunAsync()
    {
        try
        {
            _ = PublishAsync();
            await RunContainersAsync();
            await PublishAsync();
            await Stopping.WaitAsync(Abandoned);
            await context.Client.DeleteAsync(ResourceTypes.Pods, pod.Key, new DeleteOptions { GracePeriodSeconds = 0, PreconditionUid = pod.Uid }, Abandoned);
        }
        catch (OperationCanceledException) when (Abandoned.IsCancellationRequested)
        {
            // The pod is gone already, or the whole sandbox goes.
        }
        catch (KubeException e) when (e.IsNotFound || e.IsConflict)
        {
            // Gone already.
        }
        finally
        {
            context.Addresses.Return(Address);
            context.Logs.Remove(pod);
            if (Directory.Exists(WorkDirectory))
                Directory.Delete(WorkDirectory, recursive: true);
        }
    }

    private async Task RunContainersAsync()
    {
        var running = new List<Task>();
        foreach (var runner in init)
        {
            var run = runner.RunAsync();
            if (runner.Spec.IsSidecar)
            {
                running.Add(run);
                await Task.WhenAny(runner.Started, run);
                continue;
            }

            await run;
            if (runner.Status.Ended is not { ExitCode: 0 })
            {
                await Stopping.WaitAsync(Abandoned);
                break;
            }
        }

        if (!Stopping.IsCompleted)
        {
            await Task.WhenAll(containers.Select(c => c.RunAsync()));
            // Sidecars serve the others; without them there is nothing left to do.
            foreach (var sidecar in init)
                sidecar.End();
        }

        await Task.WhenAll(running);
    }
}
