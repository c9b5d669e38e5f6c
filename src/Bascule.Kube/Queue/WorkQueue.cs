namespace Bascule.Kube.Queue;

/// <summary>
/// Keys waiting to be worked on: each at most once, never one key twice at the same time, and of several wake-ups the
/// earliest wins. Its size is bounded by the number of distinct live keys. Thread-safe.
/// </summary>
/// <typeparam name="T">The key.</typeparam>
public sealed class WorkQueue<T> : IDisposable
    where T : struct, IEquatable<T>
{
    /// <summary>Makes an empty queue.</summary>
    public WorkQueue(BackOff backOff, TimeProvider time, Random random) => throw new NotImplementedException();

    /// <summary>What happened so far.</summary>
    public QueueCounts Counts => throw new NotImplementedException();

    /// <summary>How long until the next wake-up; null when none is pending.</summary>
    public TimeSpan? NextWakeUpIn => throw new NotImplementedException();

    /// <summary>Work on the key as soon as possible.</summary>
    public void Add(T key) => throw new NotImplementedException();

    /// <summary>Work on the key when the delay is over, unless it is worked on before.</summary>
    public void AddAfter(T key, TimeSpan delay) => throw new NotImplementedException();

    /// <summary>Work on the key after its back-off, which doubles with each call until <see cref="Forget"/>.</summary>
    /// <returns>The delay.</returns>
    public TimeSpan AddRateLimited(T key) => throw new NotImplementedException();

    /// <summary>The key is well again: its back-off starts from the beginning.</summary>
    public void Forget(T key) => throw new NotImplementedException();

    /// <summary>Takes a key that is due now, if there is one; <see cref="Done"/> must follow.</summary>
    public bool TryTake(out T key) => throw new NotImplementedException();

    /// <summary>Waits for a key and takes it; null when the queue is shut down. <see cref="Done"/> must follow.</summary>
    public ValueTask<T?> TakeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The work is over; if the key was added meanwhile, it is due again.</summary>
    public void Done(T key) => throw new NotImplementedException();

    /// <summary>Shuts down: nothing more is accepted, waiters get null.</summary>
    public void Dispose() => throw new NotImplementedException();
}
