using Bascule.Kube;

namespace Bascule.Controller.Tests;

/// <summary>Makes the pods that ReplicaSets want available at once, by watching and writing their status.</summary>
internal sealed class TestPods : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public TestPods(IKubeClient client) => _running = RunAsync(client, _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static async Task RunAsync(IKubeClient client, CancellationToken stop)
    {
        try
        {
            await foreach (var change in client.WatchAsync(ResourceTypes.ReplicaSets, null, new WatchOptions(), stop))
            {
                if (change.Type is WatchEventType.Added or WatchEventType.Modified)
                    await SettleAsync(client, change.Object, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static async Task SettleAsync(IKubeClient client, KubeObject replicaSet, CancellationToken stop)
    {
        var wanted = replicaSet.Root.GetProperty("spec").GetProperty("replicas").GetInt32();
        var status = TestObjects.Json($$$"""{"status":{"observedGeneration":{{{replicaSet.Generation}}},"replicas":{{{wanted}}},"readyReplicas":{{{wanted}}},"availableReplicas":{{{wanted}}} }}""");
        try
        {
            await client.PatchAsync(ResourceTypes.ReplicaSets, replicaSet.Key, Patch.Merge(status), "status", stop);
        }
        catch (KubeException e) when (e.IsNotFound)
        {
            // It was deleted meanwhile.
        }
    }
}
