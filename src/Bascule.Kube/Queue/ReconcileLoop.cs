using Microsoft.Extensions.Logging;

namespace Bascule.Kube.Queue;

/// <summary>How a loop runs its reconciler.</summary>
/// <param name="Name">The kind it reconciles, for logs and metrics.</param>
public sealed record ReconcileLoopOptions(string Name)
{
    /// <summary>Keys worked on at the same time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Delays after failures.</summary>
    public BackOff BackOff { get; init; } = BackOff.Reconcile;

    /// <summary>The cache to wait for after own writes (RT-5); null to wait for none.</summary>
    public IVersionedCache? Cache { get; init; }
}

/// <summary>Feeds keys from a queue to a reconciler and decides what an outcome means for the key.</summary>
public sealed class ReconcileLoop : IAsyncDisposable
{
    /// <summary>Makes a loop; keys may be added before it runs.</summary>
    public ReconcileLoop(ReconcileLoopOptions options, IReconciler reconciler, TimeProvider time, Random random, ILogger<ReconcileLoop> logger) => throw new NotImplementedException();

    /// <summary>What happened so far.</summary>
    public QueueCounts Counts => throw new NotImplementedException();

    /// <summary>How long until the next wake-up; null when none is pending.</summary>
    public TimeSpan? NextWakeUpIn => throw new NotImplementedException();

    /// <summary>How often the reconciler was called.</summary>
    public long Reconciles => throw new NotImplementedException();

    /// <summary>Look at the object soon.</summary>
    public void Enqueue(ObjectKey key) => throw new NotImplementedException();

    /// <summary>Look at the object when the delay is over, unless something happens before.</summary>
    public void EnqueueAfter(ObjectKey key, TimeSpan delay) => throw new NotImplementedException();

    /// <summary>Starts the workers.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>
    /// Looks at one key that is due now, in the caller's thread; false when none is. This is how a simulation drives the
    /// loop instead of <see cref="Start"/>.
    /// </summary>
    public Task<bool> RunOneAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes no more keys and lets running passes finish, then cancels those that do not within the time.</summary>
    public Task StopAsync(TimeSpan drain) => throw new NotImplementedException();

    /// <summary>Stops with a drain of a few seconds.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
