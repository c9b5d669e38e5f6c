using System.Threading.Channels;
using Bascule.Api.Analysis;
using Bascule.Api.Rollouts;
using Bascule.Controller;
using Bascule.Controller.Rollouts;
using Bascule.Controller.Views;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Lab.Canary;

/// <summary>
/// Watches the rollout and everything of it, and calls back with a look after each change and at least every
/// <see cref="Tick"/>. One loop calls, one look at a time.
/// </summary>
internal sealed class LabObserver : IAsyncDisposable
{
    /// <summary>Between two looks when nothing changes; the picture of traffic moves all the same.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly ObjectKey _key;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly InformerCache _cache;
    private readonly RolloutViewBuilder _views;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public LabObserver(IKubeClient client, ObjectKey key, TimeProvider time, Random random, long begun)
    {
        _key = key;
        _time = time;
        _begun = begun;
        _cache = new InformerCache(client, time, random, NullLogger<InformerCache>.Instance);
        foreach (var type in RolloutObserver.Types.Union(RolloutViewBuilder.Types))
        {
            _cache.Add(type, new InformerOptions { Namespace = type.Namespaced ? key.Namespace : null });
            _cache.OnChange(type, _ => _changed.Writer.TryWrite(true));
        }

        _views = new RolloutViewBuilder(_cache);
    }

    /// <summary>The pods of the namespace, as last seen.</summary>
    public IReadOnlyList<KubeObject> Pods => _cache.List(ResourceTypes.Pods, _key.Namespace);

    /// <summary>Begins to call back; returns when the cluster was read once.</summary>
    /// <param name="look">Called with each look; null while there is no Rollout.</param>
    /// <param name="cancellationToken">Cancels the first reading.</param>
    public async Task StartAsync(Action<LabLook?> look, CancellationToken cancellationToken)
    {
        _cache.Start();
        await _cache.WaitForSyncAsync(cancellationToken);
        _loop = LoopAsync(look);
    }

    /// <summary>Rethrows what a callback threw; ends when disposed.</summary>
    public Task Completion => _loop;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cache.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task LoopAsync(Action<LabLook?> look)
    {
        while (!_stopping.IsCancellationRequested)
        {
            look(Look());
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

    private LabLook? Look()
    {
        if (_cache.Get(ArgoResources.Rollouts, _key) is not { } found || _views.Build(_key) is not { } view)
            return null;
        var runs = _cache.OwnedBy(ArgoResources.AnalysisRuns, found.Uid).OrderBy(r => r.CreationTimestamp).ThenBy(r => r.Name, StringComparer.Ordinal);
        return new LabLook(
            _time.GetElapsedTime(_begun),
            Rollout.Read(found.Root),
            view,
            RolloutExplanation.Of(_cache, _key, _time.GetUtcNow()),
            [.. runs.Select(r => AnalysisRun.Parse(r.Root))]);
    }
}
