using Bascule.Kube;

namespace Bascule.Controller.Tests;

/// <summary>Waits for what happens in a cluster, never for time.</summary>
internal static class Watching
{
    /// <summary>Far more than anything here takes; only a failing test waits for it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Watches an object of the namespace default until it is as expected.</summary>
    public static async Task<KubeObject> UntilAsync(this IKubeClient client, ResourceType type, string name, Func<KubeObject, bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        KubeObject? last = null;
        try
        {
            await foreach (var change in client.WatchAsync(type, "default", new WatchOptions { FieldSelector = $"metadata.name={name}" }, bound.Token))
            {
                last = change.Object;
                if (condition(last))
                    return last;
            }
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
        }

        throw new TimeoutException($"{type} {name} did not get there; last seen: {last?.Root.GetRawText()}");
    }

    /// <summary>Waits for an event of the namespace default.</summary>
    public static async Task UntilEventAsync(this IKubeClient client, string reason, string message)
    {
        using var bound = new CancellationTokenSource(Bound);
        await foreach (var change in client.WatchAsync(ResourceTypes.Events, "default", new WatchOptions(), bound.Token))
        {
            if (change.Object.Root.GetProperty("reason").GetString() == reason && change.Object.Root.GetProperty("message").GetString() == message)
                return;
        }
    }
}
