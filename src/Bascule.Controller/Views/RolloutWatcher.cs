using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bascule.Kube;
using Bascule.Kube.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Controller.Views;

/// <summary>Follows one Rollout and shows its view again whenever something of it may have changed.</summary>
/// <param name="client">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads reconnects.</param>
public sealed class RolloutWatcher(IKubeClient client, TimeProvider time, Random random)
{
    /// <summary>Changes that come together are shown together; more often than this nobody can read.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);

    /// <summary>The view now, and again after each change, until cancelled.</summary>
    /// <param name="key">The Rollout.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <returns>Views; null while the Rollout does not exist.</returns>
    public async IAsyncEnumerable<RolloutView?> WatchAsync(ObjectKey key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var cache = new InformerCache(client, time, random, NullLogger<InformerCache>.Instance);
        foreach (var type in RolloutViewBuilder.Types)
        {
            cache.Add(type, new InformerOptions
            {
                Namespace = key.Namespace,
                FieldSelector = type == ArgoResources.Rollouts ? $"metadata.name={key.Name}" : null,
            });
            cache.OnChange(type, _ => changed.Writer.TryWrite(true));
        }

        cache.Start();
        await cache.WaitForSyncAsync(cancellationToken);
        var views = new RolloutViewBuilder(cache);
        while (true)
        {
            yield return views.Build(key);
            await changed.Reader.ReadAsync(cancellationToken);
            await Task.Delay(Together, time, cancellationToken);
            changed.Reader.TryRead(out _);
        }
    }
}
