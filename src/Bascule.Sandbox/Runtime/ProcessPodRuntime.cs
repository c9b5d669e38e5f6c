using System.Collections.Concurrent;
using Bascule.Kube;
using Microsoft.Extensions.Logging;

namespace Bascule.Sandbox.Runtime;

/// <summary>Runs each container as a process of this machine, each pod on a loopback address of its own.</summary>
internal sealed partial class ProcessPodRuntime(PodContext context, ILogger<ProcessPodRuntime> logger) : IPodRuntime
{
    private readonly ConcurrentDictionary<string, (ProcessPod Pod, Task Life)> pods = new();

    /// <inheritdoc/>
    public void Observe(KubeObject pod)
    {
        if (pods.TryGetValue(pod.Uid, out var known))
        {
            known.Pod.Update(pod);
            return;
        }

        var life = new ProcessPod(context, pod);
        // Entered before it runs, so that its end always finds the entry.
        pods[pod.Uid] = (life, Task.CompletedTask);
        pods[pod.Uid] = (life, RunAsync(life));
    }

    /// <inheritdoc/>
    public void Forget(KubeObject pod)
    {
        if (pods.TryRemove(pod.Uid, out var known))
            known.Pod.Abandon();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var lives = pods.Values.ToList();
        foreach (var (pod, _) in lives)
            pod.Abandon();
        await Task.WhenAll(lives.Select(l => l.Life));
        context.Reaper.Dispose();
        context.Prober.Dispose();
        context.Addresses.Dispose();
    }

    private async Task RunAsync(ProcessPod life)
    {
        // Off the informer's loop, which called.
        await Task.Yield();
        try
        {
            await life.RunAsync();
        }
        catch (Exception e)
        {
            Log.PodFailed(logger, e, life.Pod.Key);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "pod {Pod} came to an unexpected end; delete it to start another")]
        public static partial void PodFailed(ILogger logger, Exception exception, ObjectKey pod);
    }
}
