using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Bascule.Engine.Rollouts.Effects;
using Bascule.Kube;

namespace Bascule.Controller.Rollouts;

/// <summary>Writes to the pods of one Rollout (EPH-2, RST-4).</summary>
/// <param name="client">The cluster.</param>
/// <param name="time">Waits before a write is tried again.</param>
/// <param name="namespace">The Rollout's namespace.</param>
internal sealed class PodWrites(IKubeClient client, TimeProvider time, string? @namespace)
{
    /// <summary>Pods written at the same time.</summary>
    private const int AtATime = 10;

    /// <summary>How often a write is tried again.</summary>
    private const int Retries = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Patches all pods; those that are gone need nothing.</summary>
    /// <exception cref="KubeException">A pod could not be patched; the others were.</exception>
    public async Task PatchAsync(ImmutableArray<PodPatch> pods, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(AtATime);
        await Task.WhenAll(pods.Select(async pod =>
        {
            await slots.WaitAsync(cancellationToken);
            try
            {
                await PatchAsync(pod, cancellationToken);
            }
            finally
            {
                slots.Release();
            }
        }));
    }

    /// <summary>Evicts pods in order, until as many as may go are going; passes over those that may not (RST-4).</summary>
    /// <returns>How many are going.</returns>
    /// <exception cref="KubeException">The server refused for another reason than a disruption budget.</exception>
    public async Task<int> EvictAsync(ImmutableArray<PodToEvict> pods, int most, CancellationToken cancellationToken)
    {
        var going = 0;
        foreach (var pod in pods)
        {
            if (going == most)
                break;
            try
            {
                await client.EvictAsync(new(@namespace, pod.Name), pod.Uid, cancellationToken);
                going++;
            }
            catch (KubeException e) when (e.IsTooManyRequests)
            {
                // Its budget allows it later, or that of another pod now.
            }
            catch (KubeException e) when (e.IsNotFound || e.IsConflict)
            {
                // It went by itself.
                going++;
            }
        }

        return going;
    }

    private async Task PatchAsync(PodPatch pod, CancellationToken cancellationToken)
    {
        var wait = FirstWait;
        for (var retries = 0; ; retries++)
        {
            try
            {
                await client.PatchAsync(ResourceTypes.Pods, new(@namespace, pod.Name), Patch.Merge(JsonObject.Create(pod.Patch)!), null, cancellationToken);
                return;
            }
            catch (KubeException e) when (e.IsNotFound || e.IsConflict)
            {
                // It is gone, or another pod has its name: the uid in the patch tells.
                return;
            }
            catch (KubeException e) when (retries < Retries && !e.IsRefusal)
            {
                await Task.Delay(wait, time, cancellationToken);
                wait *= 2;
            }
        }
    }
}
