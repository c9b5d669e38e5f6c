using System.Collections.Immutable;
using System.Threading.Channels;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Lab.Runs;

/// <summary>
/// Watches a namespace and calls back after each change and at least every <see cref="Tick"/>. One loop calls, one look
/// at a time.
/// </summary>
internal sealed class LabObserver : IAsyncDisposable
{
    /// <summary>Between two looks when nothing changes; the picture of traffic moves all the same.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly string _namespace;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public LabObserver(LabCluster cluster, ImmutableHashSet<ResourceType> types, TimeProvider time, Random random)
    {
        _namespace = cluster.Namespace;
        _time = time;
        Cache = new InformerCache(cluster.Client, time, random, NullLogger<InformerCache>.Instance);
        foreach (var type in types.Add(ResourceTypes.Pods))
        {
            Cache.Add(type, new InformerOptions { Namespace = type.Namespaced ? _namespace : null });
            Cache.OnChange(type, _ => _changed.Writer.TryWrite(true));
        }
    }

    /// <summary>What was last seen.</summary>
    public InformerCache Cache { get; }

    /// <summary>The pods of the namespace, as last seen.</summary>
    public IReadOnlyList<KubeObject> Pods => Cache.List(ResourceTypes.Pods, _namespace);

    /// <summary>Runs something beside the loop that calls back; when a callback fails that ends too.</summary>
    /// <param name="look">Called after each change.</param>
    /// <param name="body">What to run, once the cluster was read.</param>
    /// <param name="cancellationToken">Cancels both.</param>
    public async Task<T> WhileObservedAsync<T>(Action look, Func<CancellationToken, Task<T>> body, CancellationToken cancellationToken)
    {
        Cache.Start();
        await Cache.WaitForSyncAsync(cancellationToken);
        _loop = LoopAsync(look);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = body(ending.Token);
        if (await Task.WhenAny(running, _loop) != running)
        {
            await ending.CancelAsync();
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _loop;
        }

        return await running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Cache.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task LoopAsync(Action look)
    {
        while (!_stopping.IsCancellationRequested)
        {
            look();
            await WaitAsync();
        }
    }

    private async Task WaitAsync()
    {
        try
        {
            using var tick = new CancellationTokenSource(Tick, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, _stopping.Token);
            await _changed.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The tick, or the end: the loop tells which.
        }
    }
}
